"""The same model behind FastAPI and uvicorn, as their documentations have it: `torch_service.py FOLDER PORT`."""

import json
import os
import re
import sys

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from torch import nn

FOLDER, PORT = sys.argv[1], int(sys.argv[2])
WORDS = 200
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.set_flush_denormal(True)


class Sentiment(nn.Module):
    def __init__(self, tokens, width, units):
        super().__init__()
        self.embedding = nn.Embedding(tokens, width)
        self.lstm = nn.LSTM(width, units, batch_first=True)
        self.dense = nn.Linear(units, 1)

    def forward(self, x):
        _, (h, _) = self.lstm(self.embedding(x))
        return torch.sigmoid(self.dense(h[-1]))


class Request(BaseModel):
    text: str


class Answer(BaseModel):
    label: str
    probability: float
    probabilities: dict[str, float]


state = torch.load(os.path.join(FOLDER, "weights.pt"), weights_only=True)
tokens, width = state["embedding.weight"].shape
model = Sentiment(tokens, width, state["lstm.weight_hh_l0"].shape[1])
model.load_state_dict(state)
model.eval()
with open(os.path.join(FOLDER, "vocabulary.json")) as file:
    index = {token: number for number, token in enumerate(json.load(file))}
app = FastAPI()


@app.post("/predict")
def predict(request: Request) -> Answer:
    numbers = [index.get(word, 1) for word in re.findall(r"\w+", request.text.lower())][-WORDS:]
    with torch.inference_mode():
        p = model(torch.tensor([[0] * (WORDS - len(numbers)) + numbers])).item()
    label = "positive" if p > 0.5 else "negative"
    return Answer(label=label, probability=max(p, 1 - p), probabilities={"negative": 1 - p, "positive": p})


@app.get("/ready")
def ready() -> dict[str, bool]:
    return {"ready": True}


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
