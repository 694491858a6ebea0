"""PyTorch's side of the comparison: runs what it is asked for, so that the two libraries can take turns.

One JSON object per line. First it says what it is; then, for each line on stdin, it answers one on stdout:

  {"do": "kernel", "case": {...}, "pass": "forward", "dtype": "float32"}              ->  {}
  {"do": "network", "network": "lenet", "pass": "training", ..., "dtype": "float32"}  ->  {}
  {"do": "run", "calls": 12}                                                          ->  {"seconds": 0.31, "peakRssMb": 412}

Images are channels_last, the layout PyTorch is fastest with here. In bfloat16 kernels have all operands in it, for PyTorch takes no
others, and networks run under autocast, with parameters in float32. Anything that fails answers {"error": "..."}, and what is no
fair measure {"unsupported": "..."}.
"""

import json
import os
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


def pool_pass(case, which, dtype):
    kernel, stride, padding = case["kernel"], case["stride"], case["padding"]
    pool = F.max_pool2d if case["reduce"] == "max" else F.avg_pool2d
    x = channels_last(case["batch"], case["channels"], case["size"], case["size"], dtype)
    if which == "forward":
        return lambda: pool(x, kernel, stride, padding)
    with torch.enable_grad():
        y = pool(x.requires_grad_(), kernel, stride, padding)
    dy = torch.rand_like(y)
    return lambda: torch.autograd.grad(y, x, dy, retain_graph=True)


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


def normed(inputs, filters, kernel, stride=1):
    return [nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(filters)]


class Block(nn.Module):
    """Two 3x3 convolutions and what goes around them: the image itself, or its projection where the shape changes."""

    def __init__(self, inputs, filters, stride):
        super().__init__()
        branch = [*normed(inputs, filters, 3, stride), nn.ReLU(), *normed(filters, filters, 3)]
        self.branch = nn.Sequential(*branch)
        changes = stride != 1 or inputs != filters
        self.around = nn.Sequential(*normed(inputs, filters, 1, stride)) if changes else nn.Identity()

    def forward(self, x):
        return F.relu(self.branch(x) + self.around(x))


def residual(stem, widths, repeats, classes):
    layers, channels = list(stem), widths[0]
    for stage, width in enumerate(widths):
        for index in range(repeats):
            layers.append(Block(channels, width, 2 if stage > 0 and index == 0 else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def resnet20():
    return residual([*normed(3, 16, 3), nn.ReLU()], [16, 32, 64], 3, 10)


def resnet18():
    stem = [*normed(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    return residual(stem, [64, 128, 256, 512], 2, 1000)


def vgg11():
    features, channels = [], 3
    for width in (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"):
        if width == "M":
            features.append(nn.MaxPool2d(2))
        else:
            features += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(True)]
            channels = width
    hidden = [nn.Linear(25088, 4096), nn.ReLU(True), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout()]
    return nn.Sequential(*features, nn.Flatten(), *hidden, nn.Linear(4096, 1000))


def alexnet():
    features = [nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(True), nn.MaxPool2d(3, 2)]
    features += [nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(True), nn.MaxPool2d(3, 2)]
    for inputs, filters in ((192, 384), (384, 256), (256, 256)):
        features += [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU(True)]
    hidden = [nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(True), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(True)]
    return nn.Sequential(*features, nn.MaxPool2d(3, 2), nn.Flatten(), *hidden, nn.Linear(4096, 1000))


NETWORKS = {
    "lenet": lenet,
    "vgg-cifar": vgg_cifar,
    "resnet20": resnet20,
    "resnet18": resnet18,
    "vgg11": vgg11,
    "alexnet": alexnet,
}


def network_step(request, dtype):
    """A forward pass, or one step of SGD with momentum whose loss is read, on a fixed batch."""
    channels, size = request["channels"], request["size"]
    narrow = dtype == torch.bfloat16
    wide = torch.float32 if narrow else dtype
    network = NETWORKS[request["network"]]().to(wide).to(memory_format=torch.channels_last)
    x = channels_last(request["batch"], channels, size, size, wide)

    def forward():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=narrow):
            return network(x).to(wide)

    if request["pass"] == "inference":
        network.eval()
        return forward
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
    labels = torch.randint(0, request["classes"], (request["batch"],))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward(), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


class Peer:
    def __init__(self, blas_file):
        self.work = None
        self.grad = False
        self.reference_blas = re.search(r"/blas/libblas\.so", blas_file) is not None

    def kernel(self, request):
        self.work = None  # frees the operands of the case before
        kind = request["case"]["kind"]
        if kind == "gemm" and self.reference_blas:
            return REFERENCE_BLAS
        make = {"conv": conv_pass, "gemm": gemm_pass, "pool": pool_pass}[kind]
        self.work = make(request["case"], request["pass"], getattr(torch, request["dtype"]))
        self.grad = False
        return {}

    def network(self, request):
        self.work = None
        if self.reference_blas:
            return REFERENCE_BLAS
        self.work = network_step(request, getattr(torch, request["dtype"]))
        self.grad = request["pass"] == "training"
        return {}

    def run(self, request):
        with torch.set_grad_enabled(self.grad):
            start = time.perf_counter()
            for _ in range(request["calls"]):
                self.work()
            seconds = time.perf_counter() - start
        return {"seconds": seconds, "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


REFERENCE_BLAS = {
    "unsupported": "its matrix products go to the unoptimised reference BLAS, which is no measure; "
    "install a good one, such as libopenblas0-openmp"
}


def blas():
    """The file of the BLAS that matrix products go to, where it is a library of its own."""
    torch.mm(torch.ones(64, 64), torch.ones(64, 64))
    with open("/proc/self/maps") as maps:
        found = re.findall(r"(/\S*(?:libblas|openblas|mkl_rt|blis)\S*)", maps.read())
    return found[0] if found else "built in"


def answer(peer, request):
    try:
        return {"kernel": peer.kernel, "network": peer.network, "run": peer.run}[request["do"]](request)
    except Exception as error:  # the other side decides what a failed case means
        if "not implemented for 'BFloat16'" in str(error):
            return {"unsupported": str(error)}
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    onednn = re.search(r"(?:MKL-DNN|oneDNN) v([\d.]+)", torch.__config__.show())
    blas_file = blas()
    preloaded = [os.path.basename(os.environ["LD_PRELOAD"])] if os.environ.get("LD_PRELOAD") else []
    parts = [f"oneDNN {onednn.group(1) if onednn else 'none'}", f"BLAS {os.path.basename(blas_file)}", *preloaded]
    print(json.dumps({"name": "pytorch-" + torch.__version__.split("+")[0], "about": ", ".join(parts)}), flush=True)
    peer = Peer(blas_file)
    for line in sys.stdin:
        print(json.dumps(answer(peer, json.loads(line))), flush=True)


main()
