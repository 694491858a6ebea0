# Writes test/fixtures/keras/*.h5 as Keras 2 and Keras 3 lay them out, from the weights and the topology of a TensorFlow.js fixture:
# the same model, so the same outputs (expected.json there). Needs h5py (apt: python3-h5py).
#
#   /usr/bin/python3 scripts/oracle/keras_h5.py
import json
import pathlib

import h5py
import numpy as np

fixtures = pathlib.Path(__file__).parents[2] / "test" / "fixtures"


def read(name):
    model = json.loads((fixtures / "tfjs" / name / "model.json").read_text())
    data, at, weights = (fixtures / "tfjs" / name / "weights.bin").read_bytes(), 0, {}
    for entry in model["weightsManifest"][0]["weights"]:
        count = int(np.prod(entry["shape"]))
        weights[entry["name"]] = np.frombuffer(data, "<f4", count, at).reshape(entry["shape"])
        at += 4 * count
    return model["modelTopology"], weights


def write(name, topology, groups, prefix="", suffix=":0"):
    """groups: layer name -> weight names"""
    weights = read(name.split("_")[0])[1]
    with h5py.File(fixtures / "keras" / f"{name}.h5", "w", libver="earliest", track_order=False) as file:
        file.attrs["model_config"] = json.dumps(topology)
        file.attrs["backend"] = "tensorflow"
        root = file.create_group("model_weights", track_order=False)
        root.attrs["layer_names"] = [layer.encode() for layer in groups]
        for layer, names in groups.items():
            group = root.create_group(layer, track_order=False)
            group.attrs["weight_names"] = [f"{prefix}{weight}{suffix}".encode() for weight in names]
            for weight in names:
                group.create_dataset(f"{prefix}{weight}{suffix}", data=weights[weight], track_times=False)


def keras2():
    """A Sequential model with models inside, whose weights lie in the group of the inner model."""
    topology, weights = read("nested")
    groups = {"inner": ["conv/kernel", "conv/bias"], "flat": [], "head": ["twice/kernel", "twice/bias"]}
    write("nested_keras2", topology, {**groups, "last": ["last/kernel", "last/bias"]})


def keras3():
    """A Functional model in Keras 3's words: histories of tensors, dtype policies, and longer names of weights."""
    topology, weights = read("pair")

    def history(layer, call):
        shape = [None, 4] if layer in ("left", "right") else [None, 3]
        return {"class_name": "__keras_tensor__", "config": {"shape": shape, "dtype": "float32", "keras_history": [layer, call, 0]}}

    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
    for layer in topology["config"]["layers"]:
        config = layer["config"]
        config["dtype"] = "float32" if layer["class_name"] == "InputLayer" else policy
        if "batch_input_shape" in config:
            config["batch_shape"] = config.pop("batch_input_shape")
            config["ragged"] = False
        calls = []
        for call in layer["inbound_nodes"]:
            tensors = [history(source, index) for source, index, *_ in call]
            calls.append({"args": [tensors] if len(tensors) > 1 else tensors, "kwargs": {}})
        layer["inbound_nodes"] = calls
        layer["module"] = "keras.layers"
    topology["config"]["output_layers"] = topology["config"]["output_layers"][0]
    write("pair_keras3", topology, {"shared": ["shared/kernel", "shared/bias"], "sum": []}, prefix="pair/", suffix="")


keras2()
keras3()
