"""The bodies of an invented city, and the posts each kind of body has."""

from __future__ import annotations

from dataclasses import dataclass

from paizhu.kernel.text import Text

CITY = Text("青屿市", "Qingyu")


@dataclass(frozen=True, slots=True)
class Place:
    """A body to be made."""

    code: str
    kind: str
    name: Text
    posts: str


@dataclass(frozen=True, slots=True)
class PostKind:
    """A post to be made in each body of a kind; `holders` people hold it, with an account or not."""

    key: str
    title: Text
    holders: int = 1
    has_account: bool = False


def _post(key: str, zh: str, en: str, *, holders: int = 1, account: bool = False) -> PostKind:
    return PostKind(key, Text(zh, en), holders, account)


POSTS: dict[str, tuple[PostKind, ...]] = {
    "organ": (
        _post("duty_leader", "分管领导", "Leader in charge", account=True),
        _post("case_office", "案件监督管理岗", "Case supervision", account=True),
        _post("secretary", "书记", "Secretary"),
    ),
    "office": (
        _post("office_head", "主任", "Director", account=True),
        _post("deputy_director", "副主任", "Deputy director", account=True),
        _post("office_officer", "干部", "Officer", holders=2, account=True),
    ),
    "partner": (
        _post("partner_contact", "协作联系人", "Contact", account=True),
    ),
    "team": (
        _post("head", "组长", "Head of the team", account=True),
        _post("deputy", "副组长", "Deputy head", account=True),
        _post("section_head", "综合监督室主任", "Section head", account=True),
        _post("keeper", "案管岗", "Clue keeper", account=True),
        _post("self_supervision", "内部监督岗", "Self-supervision", account=True),
        _post("officer", "纪检监察干部", "Officer", holders=4, account=True),
    ),
    "commission": (
        _post("unit_head", "主任、党组书记", "Head, secretary of the party group", account=True),
        _post("liaison", "纪检联络员", "Liaison", account=True),
        _post("party_office", "机关党委专职副书记", "Deputy secretary of the party committee"),
        _post("finance", "财务处处长", "Head of finance"),
        _post("medical", "医政医管处处长", "Head of medical administration"),
        _post("planning", "规划发展处处长", "Head of planning"),
        _post("personnel", "人事处处长", "Head of personnel"),
        _post("licensing", "行政审批处处长", "Head of licensing"),
        _post("review", "项目评审岗", "Project review"),
    ),
    "hospital": (
        _post("unit_head", "院长", "Director", account=True),
        _post("party_secretary", "党委书记", "Party secretary"),
        _post("discipline", "纪委书记", "Discipline secretary", account=True),
        _post("liaison", "纪检联络员", "Liaison", account=True),
        _post("finance", "财务科科长", "Head of finance"),
        _post("procurement", "招标采购办主任", "Head of procurement"),
        _post("equipment", "设备科科长", "Head of equipment"),
        _post("pharmacy", "药剂科主任", "Head of pharmacy"),
        _post("logistics", "总务科科长", "Head of logistics"),
        _post("information", "信息科科长", "Head of information"),
    ),
    "institute": (
        _post("unit_head", "主任", "Director", account=True),
        _post("party_secretary", "党总支书记", "Party secretary"),
        _post("liaison", "纪检联络员", "Liaison", account=True),
        _post("finance", "财务科科长", "Head of finance"),
        _post("procurement", "采购管理岗", "Procurement"),
        _post("equipment", "设备管理岗", "Equipment"),
        _post("logistics", "后勤科科长", "Head of logistics"),
        _post("personnel", "人事科科长", "Head of personnel"),
        _post("information", "信息科科长", "Head of information"),
        _post("business", "业务科科长", "Head of operations"),
    ),
    "bureau": (
        _post("unit_head", "局长、党组书记", "Head, secretary of the party group", account=True),
        _post("liaison", "纪检联络员", "Liaison", account=True),
        _post("finance", "财务科科长", "Head of finance"),
        _post("procurement", "采购管理岗", "Procurement"),
        _post("party_office", "机关党委专职副书记", "Deputy secretary of the party committee"),
        _post("personnel", "人事科科长", "Head of personnel"),
        _post("licensing", "行政审批科科长", "Head of licensing"),
    ),
}  # fmt: skip

#: Three persons of the organ who look after the installation and read nothing in it.
ADMINISTRATORS: tuple[PostKind, ...] = (
    _post("system_admin", "系统管理员", "System administrator", account=True),
    _post("security_admin", "安全管理员", "Security administrator", account=True),
    _post("audit_admin", "审计管理员", "Audit administrator", account=True),
)


def _city(zh: str, en: str) -> Text:
    return Text(f"{CITY.zh}{zh}", f"{CITY.en} {en}")


ORGAN = Place(
    "SJW", "organ", _city("纪委监委", "Commission for Discipline and Supervision"), "organ"
)
OFFICES = tuple(
    Place(code, "office", Text(f"{ORGAN.name.zh}{zh}", en), "office")
    for code, zh, en in (
        ("AGS", "案件监督管理室", "Office of Case Supervision"),
        ("XFS", "信访室", "Petition Office"),
        ("SLS", "案件审理室", "Trial Office"),
        ("JD1", "第一监督检查室", "First Supervision Office"),
        ("JD2", "第二监督检查室", "Second Supervision Office"),
        ("ZZB", "组织部", "Organization Department"),
        ("GJS", "纪检监察干部监督室", "Office Supervising the Supervisors"),
    )
)
#: Each team with the code and name of the department it sits in.
TEAMS = tuple(
    (
        Place(code, "team", Text(f"{ORGAN.name.zh}驻市{zh}纪检监察组", f"Resident Team in the {en}"), "team"),
        Place(host, "unit", _city(zh, en), "commission" if code == "WJ" else "bureau"),
    )
    for code, host, zh, en in (
        ("WJ", "WJW", "卫生健康委员会", "Health Commission"),
        ("JY", "JYJ", "教育局", "Education Bureau"),
        ("CZ", "CZJ", "财政局", "Finance Bureau"),
        ("ZJ", "ZJJ", "住房和城乡建设局", "Housing and Construction Bureau"),
        ("JT", "JTJ", "交通运输局", "Transport Bureau"),
        ("NY", "NYJ", "农业农村局", "Agriculture Bureau"),
    )
)  # fmt: skip
#: Bodies outside the commission that clues, questions and cases go to and come from.
PARTNERS = tuple(
    Place(code, "partner", _city(zh, en), "partner")
    for code, zh, en in (
        ("SJJ", "审计局", "Audit Office"),
        ("CJD", "财政监督检查局", "Office of Financial Inspection"),
        ("TJJ", "统计局", "Statistics Bureau"),
        ("XCB", "委巡察工作领导小组办公室", "Inspection Office"),
        ("JCY", "人民检察院", "Procuratorate"),
        ("RSJ", "人力资源和社会保障局", "Human Resources Bureau"),
        ("JXX", "锦溪县纪委监委", "Jinxi County Commission for Discipline and Supervision"),
    )
)
HOSPITALS = tuple(
    Place(f"H{number:02}", "unit", _city(zh, en), kind)
    for number, (zh, en, kind) in enumerate(
        (
            ("第一人民医院", "First People's Hospital", "hospital"),
            ("第二人民医院", "Second People's Hospital", "hospital"),
            ("中医医院", "Hospital of Chinese Medicine", "hospital"),
            ("妇幼保健院", "Maternal and Child Health Hospital", "hospital"),
            ("第三人民医院", "Third People's Hospital", "hospital"),
            ("儿童医院", "Children's Hospital", "hospital"),
            ("肿瘤医院", "Cancer Hospital", "hospital"),
            ("胸科医院", "Chest Hospital", "hospital"),
            ("口腔医院", "Stomatological Hospital", "hospital"),
            ("眼科医院", "Eye Hospital", "hospital"),
            ("康复医院", "Rehabilitation Hospital", "hospital"),
            ("传染病医院", "Hospital for Infectious Diseases", "hospital"),
            ("精神卫生中心", "Mental Health Center", "hospital"),
            ("急救中心", "Emergency Center", "institute"),
            ("中心血站", "Blood Center", "institute"),
            ("疾病预防控制中心", "Center for Disease Control", "institute"),
            ("卫生监督所", "Health Inspection Institute", "institute"),
            ("医学研究所", "Institute of Medicine", "institute"),
            ("医学信息中心", "Medical Information Center", "institute"),
            ("卫生人才培训中心", "Health Training Center", "institute"),
        ),
        start=1,
    )
)
