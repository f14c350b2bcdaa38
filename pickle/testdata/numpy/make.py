"""Prints pickles of numpy arrays and scalars, one a line: name, protocol, pickle (base64), shape, and the elements as float or int.

Run it with each numpy to store: python make.py > numpy-VERSION.txt
"""
import base64
import pickle

import numpy as np

VALUES = {
    "f8": np.arange(6, dtype="<f8").reshape(2, 3) / 2,
    "f8 big": np.arange(6, dtype=">f8").reshape(2, 3) / 2,
    "f8 fortran": np.asfortranarray(np.arange(6, dtype="<f8").reshape(2, 3)),
    "f8 strided": np.arange(12, dtype="<f8").reshape(3, 4)[:, ::2],
    "f8 empty": np.zeros((0,), dtype="<f8"),
    "f8 3d": np.arange(24, dtype="<f8").reshape(2, 3, 4),
    "f4": np.arange(4, dtype="<f4") / 4,
    "f2": np.array([0, 1, -2.5, 65504, 6e-8], dtype="<f2"),
    "i8": np.array([-1, 0, 2**62], dtype="<i8"),
    "i4 big": np.arange(-3, 3, dtype=">i4"),
    "i2": np.arange(4, dtype="<i2"),
    "i1": np.array([-128, 127], dtype="i1"),
    "u8": np.array([0, 2**63], dtype="<u8"),
    "u1": np.array([0, 255], dtype="u1"),
    "bool": np.array([True, False, True]),
    "c16": np.array([1 + 2j, -1j], dtype="<c16"),
    "datetime64": np.array(["2020-01-01", "1969-12-31"], dtype="M8[D]"),
    "timedelta64": np.array([1, -1], dtype="m8[ns]"),
    "scalar f8": np.float64(1.5),
    "scalar i4": np.int32(-7),
    "scalar bool": np.bool_(True),
    "scalar u8": np.uint64(2**64 - 1),
    "text": np.array(["a", "h\u00e9", ""]),
    "bytes": np.array([b"a", b"xyz"]),
    "object": np.array([1, "two", None], dtype=object),
    "structured": np.array([(1, 2.5)], dtype=[("a", "<i4"), ("b", "<f8")]),
}

for name, value in VALUES.items():
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(value, protocol)
        flat = value.ravel().tolist() if isinstance(value, np.ndarray) else [value.item()]
        if value.dtype.kind in "mM":
            flat = value.astype("i8").ravel().tolist()
        text = "|".join(ascii(x) for x in flat)
        print(name, protocol, base64.b64encode(data).decode(), "x".join(map(str, value.shape)), text, sep="\t")
