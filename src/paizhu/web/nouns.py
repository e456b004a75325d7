"""The fifteen nouns of the workspace, with what each means; the glossary begins with them."""

from __future__ import annotations

from paizhu.kernel.text import Text

#: What it is called, and what it means.
NOUNS: tuple[tuple[Text, Text], ...] = (
    (Text("程序", "procedure"),
     Text("办理一类事项的规定办法；自某日起施行的为一版。", "A declared way to handle one kind of matter; a version begins on a day.")),
    (Text("事项", "matter"),
     Text("按某一程序的某一版办理的一件事。", "One case, under one version of a procedure.")),
    (Text("阶段", "stage"), Text("事项办到哪一步。", "Where a matter stands.")),
    (Text("动作", "action"),
     Text("可以办理的一步；有表单，可能须经签批。", "A step somebody may take; it has a form and may need signatures.")),
    (Text("表单与字段", "form and field"),
     Text("一个动作要填写的内容。", "What an action asks for.")),
    (Text("审批", "approval"),
     Text("动作生效前须有的签批；没有人签批自己提请的。", "A signature an action needs before it takes effect; nobody signs their own.")),
    (Text("时限", "clock"),
     Text("有依据的期限；点开即说明为什么是这一天。", "A time limit with its legal basis; a click says why it is due on its day.")),
    (Text("角色", "role"),
     Text("一个人在一件事项中的身份，来自岗位或席位。", "What a person is to a matter, through a post or a seat.")),
    (Text("岗位与承办", "post and seat"),
     Text("岗位是机构中的常设职责；承办（席位）是在一件事项中的职责。", "A post is a standing role in a body; a seat is a role in one matter.")),
    (Text("知悉范围", "reader"),
     Text("谁可以知道一件事项；不在其中的，连它存在也不知道。", "Who may know of a matter; for everybody else it does not exist.")),
    (Text("回避", "recusal"),
     Text("谁不得办理、不得知悉，无论担任什么职务。", "Who may not handle or know, whatever the post.")),
    (Text("记录与台账", "entry and ledger"),
     Text("记录是一行不能更改的记载；台账是全部记录，可由第三方核验。",
          "An entry is one line that cannot be changed; the ledger is all of them, and others can verify it.")),
    (Text("文书与材料", "document and exhibit"),
     Text("文书由我们制发；材料由我们收取。", "A document is what we issue; an exhibit is what we receive.")),
    (Text("度量", "measure"),
     Text("对业务数据的规定查询；预警是其中一种，只提出问题，不作结论。",
          "A declared query over business data; a flag is one, and asks a question without an answer.")),
    (Text("依据", "provision"),
     Text("某日施行的规范性文件的条文，附核对程度。", "An article of a dated instrument, with how surely it was read.")),
)  # fmt: skip
