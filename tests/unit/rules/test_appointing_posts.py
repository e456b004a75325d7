"""A pack names the posts that say who holds posts; a name nobody has is a mistake."""

from tests.unit.rules.planted import PACK


def test_an_appointing_post_that_no_procedure_knows_is_found(packs):
    packs.edit(PACK, 'version: "1"\n', 'version: "1"\nappoints: [head, haed]\n')
    (mistake,) = packs.mistakes()
    assert mistake.key == "appoints.1"
    assert mistake.line == packs.line_of(PACK, "appoints:")
    assert "head" in mistake.allowed


def test_a_post_behind_a_role_of_another_name_may_appoint(packs):
    packs.edit(PACK, 'version: "1"\n', 'version: "1"\nappoints: [head]\n')
    assert any(pack.appoints == ("head",) for pack in packs.load().packs.values())
