"""No foreign text reaches an element that reads Markdown or HTML: what goes into one is a constant or words of ours.

The rule is held on the syntax tree of every page, so that nobody has to remember it.
"""

import ast


def words(text: str) -> set[str]:
    return set(text.split())


MARKDOWN = words(
    """
    title header subheader markdown caption metric badge button download_button form_submit_button page_link
    popover expander warning error info success segmented_control multiselect text_input text_area date_input
    file_uploader progress Page set_page_config _show_unknown _show_head Fact Column NumberColumn ProgressColumn
    DatetimeColumn AreaChartColumn MultiselectColumn TextColumn head card_title banner link
    _show_half selectbox checkbox time_input table_block Tile choose_one choose_several choose_text choose_day
    csv_button save_button all_rows_button show menu_button decide_menu number_input choose_percent download
    """
)
"""Functions of Streamlit, and ours that hand on to them, whose texts a browser may take for Markdown."""

PLAIN = {"text", "code"}
"""Inert elements; they still take foreign text only through inert()."""

FORBIDDEN = words(
    """
    write write_stream table json latex echo exception toast pills radio iframe components component tabs dialog
    help magic link_button feedback chat_message
    """
)

OWN_CALLS = words(
    """
    _age _span
    say say_number say_list known_words count counted change percent public_id platform_label style_sheet when day
    ago with_utc seconds _doubling _share_words _summary _names _wave_note _state_label _result_text _sentence _kinds
    file_name_of _open_words len _words
    """
)
INERT_CALLS = {"inert", "inert_block", "template_text", "plot_text"}

OWN_VALUES = words(
    """
    page.title span.bin_words clock.hour clock.zone_text state.text trust.text row.verdict
    reading.verdict.verdict _ICONS[edge] NARROWED[name] proof.verdict.verdict proof.verdict.score fact.label
    tile.label tile.value tile.delta tile.note column.label RANGES[earlier] part.slot SLOT_GLYPHS[part.slot]
    WAVE_STATES[active[0].state].label WAVE_STATES[row.state].text
    RULE_NAMES[form] span.cell_words nothing.title nothing.sentence figures.mechanism TRUST[found.evidence]
    TITLES[name] STANDINGS[item.standing] asked.secret
    row.mechanism tenancy.text step.title step.why step.origin.source step.origin.url
    LABELS[question.kind] TITLES[question.kind]
    """
)
"""Attributes whose values are ours by their type: closed lists of words, tables of this program, our own shapes."""

SETTINGS = words(
    """
    key type width height icon icon_position gap border color horizontal vertical_alignment horizontal_alignment
    on_click args on_change query_params query data mime page default page_icon layout language anchors anchor
    disabled label_visibility accept_multiple_files max_upload_size max_chars format_func format position states
    where total what form table
    kind chart_data chart_type delta_color edge opens tall sight loud rows columns min_value max_value y_min timezone
    step clear_on_submit spark use_container_width expanded options shown name chosen usual url_path wrap_lines clock
    ticked
    """
)
"""Arguments that carry no text; positional ones of ours are listed below."""

SILENT_POSITIONS = {
    "Column": {0, 2, 3, 4},
    "Page": {0},
    "checkbox": {1},
    "choose_percent": {0},
    "date_input": {1},
    "decide_menu": {0, 2, 3},
    "download": {1, 2, 3, 4},
    "download_button": {1, 2, 3},
    "selectbox": {1, 2, 3},
    "text_input": {1},
    "time_input": {1},
    "Tile": {0, 5},
    "banner": {0, 2, 4},
    "card_title": {0},
    "choose_day": {0},
    "choose_one": {0, 2, 3, 4},
    "choose_several": {0, 2, 3, 4},
    "choose_text": {0, 3},
    "csv_button": {0, 1, 2},
    "link": {1, 2},
    "menu_button": {1},
    "multiselect": {1},
    "page_link": {0},
    "progress": {0},
    "segmented_control": {1},
    "show": {0, 1},
    "table_block": {0, 3, 4, 5},
    "Fact": {1},
    "_show_head": {0, 2, 3},
    "_show_half": {1},
}

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


class Scope:
    """Which local names of one function hold words of ours, found by following its assignments."""

    def __init__(self, function: ast.AST, constants: set[str]) -> None:
        self.own = set(constants)
        if isinstance(function, FUNCTIONS) and function.name in MARKDOWN | {
            "_config",
            "_state_pills",
            "_platform_pills",
        }:
            self.own |= {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}
        for _ in range(3):
            for node in ast.walk(function):
                self._follow(node)

    def _follow(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name):
                values = [
                    other.value
                    for other in ast.walk(ast.Module([node], []))
                    if isinstance(other, ast.Assign) and other.targets[0] is target
                ]
                if all(self.is_own(item) for item in values):
                    self.own.add(target.id)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for part, item in zip(target.elts, value.elts, strict=True):
                    if isinstance(part, ast.Name) and self.is_own(item):
                        self.own.add(part.id)
        elif (
            isinstance(node, ast.For)
            and isinstance(node.iter, ast.Tuple)
            and isinstance(node.target, ast.Name)
            and all(self.is_own(item) for item in node.iter.elts)
        ):
            self.own.add(node.target.id)

    def is_own(self, node: ast.AST) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=parts):
                return all(self.is_own(part) for part in parts)
            case ast.FormattedValue(value=value):
                return self.is_own(value) or is_number(node)
            case ast.BinOp(left=left, right=right):
                return self.is_own(left) and self.is_own(right)
            case ast.BoolOp(values=parts):
                return all(self.is_own(part) for part in parts)
            case ast.IfExp(body=body, orelse=other):
                return self.is_own(body) and self.is_own(other)
            case ast.Name(id=name):
                return name in self.own
            case ast.Call():
                return self._is_own_call(node)
        return ast.unparse(node) in OWN_VALUES

    def _is_own_call(self, node: ast.Call) -> bool:
        if name_of(node) == "join":
            return self.is_own(getattr(node.func, "value", node)) and all(
                self._is_own_list(item) for item in node.args
            )
        if name_of(node) in {"say", "say_number"}:
            return all(self.is_own(word.value) for word in node.keywords)
        return name_of(node) in OWN_CALLS

    def _is_own_list(self, node: ast.AST) -> bool:
        return isinstance(node, ast.GeneratorExp | ast.ListComp) and self.is_own(node.elt)


def is_number(node: ast.FormattedValue) -> bool:
    """A format such as ":,", ":g" or ":%Y-%m-%d" fails on text, so only a number or a time can stand there."""
    spec = ast.unparse(node.format_spec) if node.format_spec else ""
    return any(mark in spec for mark in (":", ",", "g", "%", "d"))


def texts(call: ast.Call) -> list[ast.AST]:
    silent = SILENT_POSITIONS.get(name_of(call), set())
    plain = [argument for place, argument in enumerate(call.args) if place not in silent]
    return plain + [word.value for word in call.keywords if word.arg not in SETTINGS]


def scopes(tree: ast.Module) -> list[tuple[ast.AST, Scope]]:
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    top = ast.Module([node for node in tree.body if not isinstance(node, FUNCTIONS | ast.ClassDef)], [])
    return [(part, Scope(part, constants)) for part in [top, *functions]]


def breaches(source: str) -> list[str]:
    found = []
    for part, scope in scopes(ast.parse(source)):
        for call in (node for node in ast.walk(part) if isinstance(node, ast.Call)):
            name = name_of(call)
            if name in MARKDOWN and is_ours(call):
                found += [f"{name}: {ast.unparse(text)}" for text in texts(call) if not scope.is_own(text)]
            elif name in PLAIN and is_streamlit(call):
                found += [f"{name}: {ast.unparse(text)}" for text in texts(call) if not is_inert(text, scope)]
            elif name in FORBIDDEN and is_streamlit(call):
                found.append(f"{name} is not to be used")
            if any(word.arg in {"unsafe_allow_html", "unsafe_allow_javascript"} for word in call.keywords):
                found.append(f"{name} lets HTML in")
    return found


def is_streamlit(call: ast.Call) -> bool:
    """Any method of that name counts, on whatever it is called: a container has them all."""
    return isinstance(call.func, ast.Attribute) and bool(call.args or call.keywords)


def is_ours(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) or is_streamlit(call)


def is_inert(node: ast.AST, scope: Scope) -> bool:
    match node:
        case ast.BinOp(left=left, right=right):
            return is_inert(left, scope) and is_inert(right, scope)
        case ast.BoolOp(values=parts):
            return all(is_inert(part, scope) for part in parts)
        case ast.Name(id=name) if name in INERT_NAMES:
            return True
        case ast.Call():
            return name_of(node) in INERT_CALLS or scope.is_own(node)
    return scope.is_own(node)


INERT_NAMES = {"piece", "writer", "signers"}
"""Local names that hold what inert() gave (templates.py, evidence.py)."""
