"""PyTorch's side of the comparison: runs what it is asked for, so that the two libraries can take turns.

One JSON object per line. First it says what it is; then, for each line on stdin, it answers one on stdout:

  {"do": "prepare", "case": {...}, "pass": "forward", "dtype": "float32"}   ->  {}
  {"do": "train", "network": "lenet", "dtype": "float32"}                   ->  {}
  {"do": "run", "calls": 12}                                                ->  {"seconds": 0.31, "peakRssMb": 412}

Images are channels_last, the layout PyTorch is fastest with here. Anything that fails answers {"error": "..."}.
"""

import json
import re
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def noise(*shape, dtype):
    return torch.rand(*shape, dtype=dtype) * 2 - 1


def channels_last(batch, channels, height, width, dtype):
    """Strides are spelled out: with a single channel `.contiguous(memory_format=...)` leaves them as they are, and PyTorch
    then takes the tensor for channels first, which is up to ten times slower."""
    return noise(batch, height, width, channels, dtype=dtype).permute(0, 3, 1, 2)


def conv_pass(case, which, dtype):
    batch, size, channels, filters = case["batch"], case["size"], case["channels"], case["filters"]
    kernel, stride, padding, groups = case["kernel"], case["stride"], case["padding"], case["groups"]
    out = (size + 2 * padding - kernel) // stride + 1
    x = channels_last(batch, channels, size, size, dtype)
    w = channels_last(filters, channels // groups, kernel, kernel, dtype)
    if which == "forward":
        bias = noise(filters, dtype=dtype)
        return lambda: F.conv2d(x, w, bias, stride, padding, 1, groups)
    dy = channels_last(batch, filters, out, out, dtype)
    wanted = [True, False, False] if which == "inputGradient" else [False, True, True]
    geometry = ([stride] * 2, [padding] * 2, [1, 1], False, [0, 0], groups)
    return lambda: torch.ops.aten.convolution_backward(dy, x, w, [filters], *geometry, wanted)


def gemm_pass(case, which, dtype):
    rows, inner, columns = case["rows"], case["inner"], case["columns"]
    x, dy = noise(rows, inner, dtype=dtype), noise(rows, columns, dtype=dtype)
    w = noise(columns, inner, dtype=dtype)  # as nn.Linear keeps it
    return {
        "forward": lambda: torch.mm(x, w.t()),
        "inputGradient": lambda: torch.mm(dy, w),
        "filterGradient": lambda: torch.mm(dy.t(), x),
    }[which]


def lenet():
    features = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    features += [nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*features, nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


def vgg_cifar():
    features, channels = [], 3
    for width in (32, 64, 128):
        for _ in range(2):
            features += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        features.append(nn.MaxPool2d(2))
    return nn.Sequential(*features, nn.Flatten(), nn.Linear(2048, 256), nn.ReLU(), nn.Linear(256, 10))


NETWORKS = {"lenet": lenet, "vgg-cifar": vgg_cifar}


def training_step(request, dtype):
    """One step of SGD with momentum on a fixed batch; the loss is read each time."""
    channels, size = request["channels"], request["size"]
    network = NETWORKS[request["network"]]().to(dtype).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
    x = channels_last(request["batch"], channels, size, size, dtype)
    labels = torch.randint(0, request["classes"], (request["batch"],))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


class Peer:
    def __init__(self):
        self.work = None
        self.grad = False

    def prepare(self, request):
        self.work = None  # frees the operands of the case before
        make = conv_pass if request["case"]["kind"] == "conv" else gemm_pass
        self.work = make(request["case"], request["pass"], getattr(torch, request["dtype"]))
        self.grad = False
        return {}

    def train(self, request):
        self.work = None
        self.work = training_step(request, getattr(torch, request["dtype"]))
        self.grad = True
        return {}

    def run(self, request):
        with torch.set_grad_enabled(self.grad):
            start = time.perf_counter()
            for _ in range(request["calls"]):
                self.work()
            seconds = time.perf_counter() - start
        return {"seconds": seconds, "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def blas():
    """The file of the BLAS that matrix products go to, where it is a library of its own."""
    torch.mm(torch.ones(64, 64), torch.ones(64, 64))
    with open("/proc/self/maps") as maps:
        found = re.findall(r"(/\S*(?:libblas|openblas|mkl_rt|blis)\S*)", maps.read())
    return found[0] if found else "built in"


def answer(peer, request):
    try:
        return {"prepare": peer.prepare, "train": peer.train, "run": peer.run}[request["do"]](request)
    except Exception as error:  # the other side decides what a failed case means
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    onednn = re.search(r"(?:MKL-DNN|oneDNN) v([\d.]+)", torch.__config__.show())
    hello = {"version": torch.__version__, "onednn": onednn.group(1) if onednn else None, "blas": blas()}
    print(json.dumps(hello), flush=True)
    peer = Peer()
    for line in sys.stdin:
        print(json.dumps(answer(peer, json.loads(line))), flush=True)


main()
