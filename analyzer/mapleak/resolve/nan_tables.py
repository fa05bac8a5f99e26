"""Functions of the standard library that give numbers: which may give NaN, and for what. Tables only."""

from __future__ import annotations

READING = {
    "strconv.ParseFloat": "it is read from text, and 'NaN' is a number to strconv.ParseFloat",
    "strconv.ParseComplex": "it is read from text, and 'NaN' is a number to strconv.ParseComplex",
    "math.Float64frombits": "it is made from bits, some of which are a NaN",
    "math.Float32frombits": "it is made from bits, some of which are a NaN",
    "math.NaN": "it is math.NaN()",
    "math/cmplx.NaN": "it is cmplx.NaN()",
}
FILLING = {
    "encoding/binary.Read": "its bits are read by encoding/binary.Read, and some bits are a NaN",
    "encoding/binary.Decode": "its bits are read by encoding/binary.Decode, and some bits are a NaN",
    "(*encoding/gob.Decoder).Decode": "its bits are read by encoding/gob, and some bits are a NaN",
    "encoding/xml.Unmarshal": "it is read from text, and 'NaN' is a number to encoding/xml",
    "(*encoding/xml.Decoder).Decode": "it is read from text, and 'NaN' is a number to encoding/xml",
    **{
        f"fmt.{name}": f"it is read from text, and 'NaN' is a number to fmt.{name}"
        for name in ("Sscan", "Sscanf", "Sscanln", "Fscan", "Fscanf", "Fscanln", "Scan", "Scanf", "Scanln")
    },
}
"""Functions that fill what they are given the address of, and why that may be NaN."""

FILLING_FINITE = frozenset(
    ("encoding/json.Unmarshal", "(*encoding/json.Decoder).Decode", "encoding/json/v2.Unmarshal",
     "encoding/json/v2.UnmarshalRead", "encoding/json/v2.UnmarshalDecode")
)  # fmt: skip
"""Functions that fill it with what is no NaN: JSON has none."""

PARTIAL = frozenset(
    f"math.{name}" for name in ("Sqrt", "Log", "Log2", "Log10", "Log1p", "Acos", "Asin", "Acosh", "Atanh", "Pow", "Mod",
                                "Remainder", "Gamma")
)  # fmt: skip
"""Functions that give NaN for some numbers: a negative one, a zero divisor."""

SAME = frozenset(
    ("min", "max", "complex", "real", "imag",
     *(f"math.{name}" for name in ("Floor", "Ceil", "Round", "RoundToEven", "Trunc", "Abs", "Max", "Min", "Copysign",
                                   "Hypot", "Exp", "Exp2", "Expm1", "Sin", "Cos", "Tan", "Atan", "Atan2", "Sinh",
                                   "Cosh", "Tanh", "Asinh", "Cbrt", "Modf", "Frexp", "Ldexp", "Dim", "FMA")),
     *(f"math/cmplx.{name}" for name in ("Sqrt", "Exp", "Log", "Log10", "Pow", "Abs", "Phase", "Conj", "Rect", "Polar",
                                         "Sin", "Cos", "Tan")))
)  # fmt: skip
"""Functions that give NaN only for NaN (infinities left out of account), built-in ones included."""

NEVER = (
    "(time.Duration).", "math/rand.", "math/rand/v2.", "(*math/rand.Rand).", "(*math/rand/v2.Rand).", "math.Inf",
    "math.Float64bits",
)  # fmt: skip
"""Functions, by the beginning of their names, that never give NaN."""
