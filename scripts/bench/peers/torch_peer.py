"""PyTorch as a contender: the usual training loop; with --flush denormal numbers count as zero, as they do in TensorFlow; with --card on a GPU."""

import json
import os
import sys

import torch
from serve import first_step, serve
from torch import nn

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
arguments = sys.argv[1:]
if "--flush" in arguments:
    arguments.remove("--flush")
    torch.set_flush_denormal(True)
DEVICE = "cpu"
if "--card" in arguments:
    arguments.remove("--card")
    DEVICE = "cuda"

RECURRENT = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Regression(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.recurrent = RECURRENT[w["cell"]](w["features"], w["units"], w["layers"], batch_first=True)
        self.dense = nn.Linear(w["units"], 1)

    def forward(self, x):
        return self.dense(self.recurrent(x)[0][:, -1])


class Sentiment(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.embedding = nn.Embedding(w["vocabulary"], w["embedding"])
        self.lstm = nn.LSTM(w["embedding"], w["units"], batch_first=True, bidirectional=w["bidirectional"])
        self.dropout = nn.Dropout(0.5)
        self.dense = nn.Linear(w["units"] * (2 if w["bidirectional"] else 1), 1)

    def forward(self, x):
        _, (h, _) = self.lstm(self.embedding(x))
        return torch.sigmoid(self.dense(self.dropout(torch.cat(tuple(h), 1))))


class Language(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.embedding = nn.Embedding(w["vocabulary"], w["embedding"])
        self.lstm = nn.LSTM(w["embedding"], w["units"], w["layers"], batch_first=True)
        self.dense = nn.Linear(w["units"], w["vocabulary"])

    def forward(self, x):
        return self.dense(self.lstm(self.embedding(x))[0]).transpose(1, 2)


def build(w):
    batch, time = w["batch"], w["time"]
    if w["model"] == "regression":
        model, loss = Regression(w), nn.MSELoss()
        x, y = torch.randn(batch, time, w["features"]), torch.randn(batch, 1)
    else:
        x = torch.randint(0, w["vocabulary"], (batch, time))
        if w["model"] == "sentiment":
            model, loss, y = Sentiment(w), nn.BCELoss(), torch.randint(0, 2, (batch, 1)).float()
        else:
            model, loss, y = Language(w), nn.CrossEntropyLoss(), torch.randint(0, w["vocabulary"], (batch, time))
    model, x, y = model.to(DEVICE), x.to(DEVICE), y.to(DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def train():
        model.train()
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    def predict():
        model.eval()
        with torch.no_grad():
            output = model(x)
            return (output.softmax(1) if isinstance(model, Language) else output).cpu().numpy()

    return train, predict


if arguments:
    first_step(build, json.loads(arguments[0]))
else:
    serve(build)
