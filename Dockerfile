# A bundle as a service: docker build -t reviews --build-arg BUNDLE=reviews.lstm .   (the package first: npm run pack)
FROM node:20-bookworm-slim
WORKDIR /service
ARG BUNDLE
COPY lstm-lab-*.tgz ./
RUN npm init --yes > /dev/null \
 && npm install --no-audit --no-fund ./lstm-lab-*.tgz @tensorflow/tfjs@4.22.0 fastify@5 @fastify/rate-limit@11 prom-client@15 \
 && rm lstm-lab-*.tgz
COPY ${BUNDLE} bundle.lstm
USER node
EXPOSE 8000
HEALTHCHECK CMD node -e "fetch('http://127.0.0.1:8000/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
# LSTM_LAB_TOKEN is given when it runs: docker run -p 8000:8000 -e LSTM_LAB_TOKEN=… reviews
CMD ["node", "node_modules/lstm-lab/bin/lstm-lab.cjs", "serve", "bundle.lstm", "--host", "0.0.0.0"]
