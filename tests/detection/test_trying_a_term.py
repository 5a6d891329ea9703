import pytest

from monitor.detection import try_term
from notices.document import Text
from notices.errors import ConfigurationError


def test_a_term_is_found_in_all_its_spellings_at_its_offsets() -> None:
    text = "采购ZX 9000、zx-9000、ＺＸ９０００及ZX\n9000各一台，ZX90001除外"
    places = list(try_term("ZX9000", [Text("body", text)]))
    assert [place.quote for place in places] == ["ZX 9000", "zx-9000", "ＺＸ９０００", "ZX\n9000"]
    assert all(text[place.start : place.end] == place.quote for place in places)


def test_a_pattern_term_works_and_a_bad_one_is_a_sentence() -> None:
    assert [place.quote for place in try_term("re:QX[0-9]{2}", [Text("title", "qx12采购")])] == ["qx12"]
    with pytest.raises(ConfigurationError, match="no readable term"):
        list(try_term("re:QX[", [Text("title", "x")]))
