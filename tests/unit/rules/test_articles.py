"""Numbers of articles in English: what is understood is said, what is not stays as it was."""

from __future__ import annotations

import pytest

from paizhu.rules.articles import english


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("第三条", "Article 3"),
        ("第十条", "Article 10"),
        ("第二十八条", "Article 28"),
        ("第一百零五条", "Article 105"),
        ("第二百一十条", "Article 210"),
        ("第六条之一", "Article 6-1"),
        ("第十六条第三款", "Article 16, paragraph 3"),
        ("第八十八条第二款第一项", "Article 88, paragraph 2, item 1"),
        ("第十四条至第十七条", "Articles 14 to 17"),
        ("第四十条、第四十一条", "Articles 40 and 41"),
        ("第十八条、第十九条、第二十一条", "Articles 18, 19 and 21"),
        ("第五十四条、第五十五条第二项", "Articles 54 and 55, item 2"),
        ("第二十条至第二十一条（待核）", "Articles 20 to 21 (to be checked)"),
        ("条号未见", "number of the article not seen"),
    ],
)
def test_an_article_is_said_in_english(written, said):
    assert english(written) == said


@pytest.mark.parametrize(
    "written",
    [
        "某县初步核实办法",
        "第三条某款",
        "第一条至第二条至第三条",
        "监察法第五十二条第五项、第七十一条",
        "",
    ],
)
def test_what_is_not_understood_stays_as_it_was_written(written):
    assert english(written) == written
