"""Stand-ins for the depth networks that people publish: their contracts, no weights.

Each answers with a weighted sum of its three input channels, whatever it was trained to
answer with; so what it must say of a photo can be worked out by hand.
"""

import numpy as np

WEIGHTS = np.array([0.7, -0.4, 0.2], np.float32)
PLUS = 3.0  # so that an answer in metres is above 0
IMAGENET = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def answer(picture):
    """Returns what a stand-in answers: `[..., 3]` to `[...]`."""
    return picture @ WEIGHTS + PLUS


def tflite(path, size, *, nchw=False, out="BHW1", more=(), free=False, quantized=None):
    """Writes a stand-in as a `.tflite`.

    Args:
      path: the file.
      size: height and width.
      nchw: channels come first.
      out: the axes of the answer: BHW1, B1HW, BHW or HW.
      more: further outputs, such as "normal" (three channels) and "confidence".
      free: height and width are free.
      quantized: "uint8" or "int8", with the range of its real numbers: ("uint8", 0, 1).
    """
    import keras
    import tensorflow as tf

    from darkroom import quiet

    height, width = size
    sides = (None, None) if free else size
    picture = keras.Input((3, *sides) if nchw else (*sides, 3), batch_size=1)
    lying = keras.layers.Permute((2, 3, 1))(picture) if nchw else picture
    conv = keras.layers.Conv2D(1, 1, name="map")
    depth = conv(lying)
    conv.set_weights([WEIGHTS.reshape(1, 1, 3, 1), np.array([PLUS])])
    shapes = {"B1HW": (1, height, width), "BHW": (height, width)}
    if out in shapes:
        depth = keras.layers.Reshape(shapes[out])(depth)
    outputs = [depth]
    if "normal" in more:
        outputs.append(keras.layers.Conv2D(3, 1, name="normal")(lying))
    if "confidence" in more:
        outputs.append(
            keras.layers.Reshape((1, 1))(
                keras.layers.GlobalMaxPooling2D()(keras.layers.Conv2D(1, 1)(lying))
            )
        )
    with quiet.chatter():
        converter = tf.lite.TFLiteConverter.from_keras_model(
            keras.Model(picture, outputs if more else depth)
        )
        if quantized:
            kind, low, high = quantized
            rng = np.random.default_rng(0)
            shape = (3, 1, 3, *size) if nchw else (3, 1, *size, 3)
            samples = rng.uniform(low, high, shape).astype(np.float32)
            samples[:, 0, 0, 0], samples[:, 0, 0, 1] = low, high
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = lambda: ([each] for each in samples)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = getattr(tf, kind)
            converter.inference_output_type = getattr(tf, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(converter.convert())
    return path


def onnx(
    path,
    sides,
    *,
    image="pixel_values",
    out="predicted_depth",
    points=False,
    kind="float32",
    more=(),
    tokens=False,
    double=1,
):
    """Writes a stand-in as an `.onnx`.

    Args:
      path: the file.
      sides: the four sizes of its input; names where they are free.
      image, out: names of its input and of its map.
      points: answers with `[1, H, W, 3]`, whose last number is the map.
      kind: the type of input and output: float32, float16 or uint8 (the input only).
      more: further outputs of H x W: "sky", "mask" (the first channel above 0.5), or
        "focallength_px", a number.
      tokens: takes `num_tokens` as well, as MoGe.
      double: how many pixels of the picture one of the map stands for, across.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    number = {
        "float32": TensorProto.FLOAT,
        "float16": TensorProto.FLOAT16,
        "uint8": TensorProto.UINT8,
    }[kind]
    work = TensorProto.FLOAT16 if kind == "float16" else TensorProto.FLOAT
    dtype = np.float16 if kind == "float16" else np.float32
    inputs = [helper.make_tensor_value_info(image, number, sides)]
    made = [
        numpy_helper.from_array(WEIGHTS.reshape(1, 3, 1, 1).astype(dtype), "weights"),
        numpy_helper.from_array(np.array([PLUS], dtype), "plus"),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
        numpy_helper.from_array(np.array([0, 0, 0], np.int64), "one"),
    ]
    nodes = [
        helper.make_node("Cast", [image], ["real"], to=work),
        helper.make_node(
            "Conv", ["real", "weights", "plus"], ["plane"], strides=[double, double]
        ),
        helper.make_node("Squeeze", ["plane", "axis"], [out if not points else "z"]),
    ]
    outputs = [helper.make_tensor_value_info(out, work, None)]
    if points:
        made.append(numpy_helper.from_array(np.array([-1], np.int64), "last"))
        nodes += [
            helper.make_node("Unsqueeze", ["z", "last"], ["deep"]),
            helper.make_node("Concat", ["deep", "deep", "deep"], ["three"], axis=-1),
            helper.make_node("Mul", ["three", "thirds"], [out]),
        ]
        made.append(numpy_helper.from_array(np.array([9, 9, 1], dtype), "thirds"))
    if "mask" in more or "sky" in more:
        made += [
            numpy_helper.from_array(np.array([[[[1]], [[0]], [[0]]]], dtype), "red"),
            numpy_helper.from_array(np.array([0.5], dtype), "half"),
        ]
        nodes += [
            helper.make_node("Conv", ["real", "red"], ["reds"]),
            helper.make_node("Greater", ["reds", "half"], ["above"]),
        ]
    for name in {"mask", "sky"} & set(more):
        nodes.append(helper.make_node("Cast", ["above"], [name], to=work))
        outputs.append(helper.make_tensor_value_info(name, work, None))
    if "focallength_px" in more:
        nodes.append(helper.make_node("ReduceMax", ["plane"], ["focallength_px"]))
        outputs.append(helper.make_tensor_value_info("focallength_px", work, None))
    if tokens:
        inputs.append(
            helper.make_tensor_value_info("num_tokens", TensorProto.INT64, [])
        )
        nodes.append(helper.make_node("Identity", ["num_tokens"], ["tokens"]))
        outputs.append(helper.make_tensor_value_info("tokens", TensorProto.INT64, []))
    graph = helper.make_graph(nodes, "stand-in", inputs, outputs, made)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path
