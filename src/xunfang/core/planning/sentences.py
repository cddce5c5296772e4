"""The planner's sentences, Chinese and English: one code, then a line for each language.

Kept as plain text so that somebody who knows the words and not the language of this
file can correct them. ``wording.py`` fills them in.
"""

from collections.abc import Mapping

type Sentences = Mapping[str, tuple[str, str]]
"""Chinese and English by code."""


def _read(text: str) -> Sentences:
    lines = [line.strip() for line in text.strip().splitlines()]
    return {
        code: (zh, en)
        for code, zh, en in zip(lines[::3], lines[1::3], lines[2::3], strict=True)
    }


UNMET = _read("""
no_unit
    当班没有任何组。
    No unit is on duty at all.
too_few_people
    需要 {needed} 人，人数最多的组（{unit}）只有 {largest} 人。
    Needs {needed} people; the largest unit ({unit}) has {largest}.
too_few_sworn
    需要 {needed} 名民警，最接近的组（{unit}）只有 {largest} 名。
    Needs {needed} sworn officers; the closest unit ({unit}) has {largest}.
wrong_mode
    只能由这些方式前往：{modes}；当班没有这样的组。
    May be served by {modes} only; no unit on duty moves so.
tag_missing
    要求组具备“{tags}”，没有一个组具备。
    The unit must carry “{tags}”; none does.
reserved_for_others
    只许 {units} 前往，而它们不当班。
    Reserved for {units}, who are not on duty.
excluded
    当班的组（如 {unit}）都被排除在外。
    Every unit on duty (such as {unit}) is excluded.
all_who_may_are_there
    需要 {n_wanted} 个组，能去的 {n_able} 个已经全部在岗。
    Needs {n_wanted} units; the {n_able} that may come are all there.
gaps_leave_no_moment
    与已排的各次到访之间的间隔要求，使其余时段都不可行。
    The gaps to the visits already planned leave no moment.
no_unit_on_shift
    在 {first_moment} 至 {last_moment} 之间没有能去的组当班。
    No unit that may come is on shift between {first_moment} and {last_moment}.
no_way
    没有路通往点 {at_point}。
    No way leads to point {at_point}.
too_far
    即使不做别的，最快的组（{unit}）{arrive_moment} 才到，最晚须 {last_moment} 开始，并在下班前返回。
    Even with nothing else to do the first unit ({unit}) is there at {arrive_moment}; it must begin by {last_moment} and be home by the end of its shift.
drive_limit
    往返超过了各组的行车时间上限（如 {unit}）。
    The way there and home is longer than the units (such as {unit}) may drive.
break_in_the_way
    能去的组（如 {unit}）因用餐时间排不开。
    The meal breaks of the units that may come (such as {unit}) leave no room.
too_few_people_then
    {first_moment} 至 {last_moment}，必办勤务共需 {needs} 人，当班只有 {has} 人。
    Between {first_moment} and {last_moment} the duties need {needs} people; {has} are on shift.
too_few_units_then
    {first_moment} 至 {last_moment}，必办勤务需要 {needs} 个组同时在岗，最多只能安排 {has} 个。
    Between {first_moment} and {last_moment} the duties need {needs} units at once; {has} can be placed.
duties_go_first
    只有让必办勤务 {duties} 让位才排得进（{unit}）。
    It would fit only in place of the duties {duties} ({unit}).
worth_less_than_what_it_displaces
    排得进（{unit}，{start_moment}），但要放弃 {displaced}：得 {value}，失 {lost}。
    It would fit ({unit}, {start_moment}), but {displaced} would have to go: worth {value} against {lost}.
search_missed_it
    其实排得进（{unit}，{start_moment}；让出：{displaced}）：计算时间不够，请延长后重算。
    It would fit ({unit}, {start_moment}; giving way: {displaced}): the search ran out of time. Plan again with more.
no_room_beside_duties
    各组除去必办勤务后已没有空当。
    The duties of the units leave no room for it.
""")
"""Why something wanted is not in the plan."""

TAKE = _read("""
unit
    需要：另派一个组（{take_mode}，至少 {take_people} 人），{take_from_moment} 起 {take_duration}。
    It would take one more unit ({take_mode}, {take_people} or more people) for {take_duration} from {take_from_moment}.
people
    需要：增加 {take_people} 人。
    It would take {take_people} more people.
sworn
    需要：增加 {take_sworn} 名民警。
    It would take {take_sworn} more sworn officers.
""")
"""What it would take."""

VIOLATIONS = _read("""
unit_unknown
    {unit}：任务书中没有这个组。
    {unit}: the problem has no such unit.
unit_twice
    {unit}：计划里有 {n_routes} 条路线，只能有一条。
    {unit}: has {n_routes} routes; it can drive one.
event_unknown
    {unit}：任务书中没有 {kind} {id}。
    {unit}: the problem has no {kind} {id}.
mode_unknown
    {unit}：没有“{mode}”的行程时间表。
    {unit}: there are no travel times for “{mode}”.
before_shift
    {unit}：{depart_moment} 出发，早于上班时间 {shift_moment}。
    {unit}: sets out at {depart_moment}, before its shift begins at {shift_moment}.
after_shift
    {unit}：{back_moment} 才返回，晚于下班时间 {shift_moment}。
    {unit}: is back at {back_moment}, after its shift ends at {shift_moment}.
place_wrong
    {unit}：{id} 的地点不对（点 {at_point} 到点 {exit_point}）。
    {unit}: {id} is not at that place (point {at_point} to {exit_point}).
begins_before_arrival
    {unit}：{id} 在 {start_moment} 开始，而 {arrive_moment} 才到达。
    {unit}: {id} begins at {start_moment}, before the arrival at {arrive_moment}.
ends_before_begin
    {unit}：{id} 在 {end_moment} 结束，早于 {start_moment} 的开始。
    {unit}: {id} ends at {end_moment}, before it begins at {start_moment}.
back_too_early
    {unit}：{back_moment} 返回，而 {clock_moment} 还有事。
    {unit}: is back at {back_moment}, but busy until {clock_moment}.
drive_too_long
    {unit}：在途共 {drive_duration}，上限 {limit_duration}。
    {unit}: is under way for {drive_duration}; {limit_duration} are allowed.
no_way
    {unit}：从点 {from_point} 到点 {to_point}（{id}）没有路。
    {unit}: no way leads from point {from_point} to point {to_point} ({id}).
too_fast
    {unit}：去 {id} 需要 {needed_duration}，计划只留了 {had_duration}。
    {unit}: the way to {id} takes {needed_duration}; the plan leaves {had_duration}.
break_unknown
    {unit}：没有第 {id} 次用餐。
    {unit}: has no break number {id}.
break_twice
    {unit}：第 {id} 次用餐排了 {n_times} 回。
    {unit}: takes break {id} {n_times} times.
break_missing
    {unit}：缺第 {id} 次用餐（应在 {first_moment} 至 {last_moment} 之间开始）。
    {unit}: misses break {id}, due to begin between {first_moment} and {last_moment}.
breaks_out_of_order
    {unit}：第 {id} 次用餐的先后次序不对。
    {unit}: takes break {id} out of order.
break_outside_window
    {unit}：第 {id} 次用餐 {start_moment} 开始，应在 {first_moment} 至 {last_moment} 之间。
    {unit}: break {id} begins at {start_moment}, not between {first_moment} and {last_moment}.
break_wrong_length
    {unit}：第 {id} 次用餐 {had_duration}，应为 {wanted_duration}。
    {unit}: break {id} lasts {had_duration}, not {wanted_duration}.
break_wrong_place
    {unit}：第 {id} 次用餐不能在点 {at_point}。
    {unit}: break {id} cannot be taken at point {at_point}.
no_sworn_officer
    {unit}：没有民警，辅警不得单独执勤（{id}）。
    {unit}: has no sworn officer; auxiliaries never work alone ({id}).
too_few_sworn
    {unit}：{id} 需要 {needed} 名民警，只有 {has} 名。
    {unit}: {id} needs {needed} sworn officers; it has {has}.
too_few_people
    {unit}：{id} 需要 {needed} 人，只有 {has} 人。
    {unit}: {id} needs {needed} people; it has {has}.
wrong_mode
    {unit}：{id} 不能以“{mode}”方式前往。
    {unit}: {id} may not be served by {mode}.
tag_missing
    {unit}：{id} 要求具备“{tags}”。
    {unit}: {id} wants a unit with “{tags}”.
reserved_for_others
    {unit}：{id} 只留给指定的组。
    {unit}: {id} is reserved for other units.
excluded
    {unit}：不得前往 {id}。
    {unit}: may not go to {id}.
outside_window
    {unit}：{id} 在 {start_moment} 开始，不在允许的时段内。
    {unit}: {id} begins at {start_moment}, outside its windows.
dwell_wrong
    {unit}：在 {id} 停留 {had_duration}，应为 {wanted_duration}。
    {unit}: stays at {id} for {had_duration}, not {wanted_duration}.
not_throughout
    {unit}：{id} 须从 {first_moment} 守到 {last_moment}，计划为 {start_moment} 至 {end_moment}。
    {unit}: {id} is to be held from {first_moment} to {last_moment}, not {start_moment} to {end_moment}.
outside_band
    {unit}：在 {id} 的驻留（{start_moment} 至 {end_moment}）不在任何一个时段之内。
    {unit}: presence at {id} from {start_moment} to {end_moment} lies in no band.
no_rounds
    {unit}：环线 {id} 没有排出巡行。
    {unit}: makes no rounds on loop {id}.
round_wrong_place
    {unit}：点 {at_point} 不在环线 {id} 上（{start_moment}）。
    {unit}: point {at_point} is not on loop {id} ({start_moment}).
round_too_short
    {unit}：环线 {id} 在点 {at_point} 只停 {had_duration}，应为 {wanted_duration}（{start_moment}）。
    {unit}: stays {had_duration} at point {at_point} of loop {id}, not {wanted_duration} ({start_moment}).
too_many_visits
    {id}：排了 {n_visits} 次，最多 {n_allowed} 次。
    {id}: is visited {n_visits} times; {n_allowed} are wanted.
loop_gap
    环线 {id}：有一点 {gap_duration} 无人，上限 {limit_duration}。
    Loop {id}: a point is left alone for {gap_duration}; {limit_duration} are allowed.
gap_too_short
    {unit}：{id} 距上一次只隔 {gap_duration}，至少 {limit_duration}（{start_moment}）。
    {unit}: visits {id} {gap_duration} after the last time, not {limit_duration} or more ({start_moment}).
gap_too_long
    {unit}：{id} 距上一次已隔 {gap_duration}，至多 {limit_duration}（{start_moment}）。
    {unit}: visits {id} {gap_duration} after the last time, not {limit_duration} or less ({start_moment}).
unit_twice_at_once
    {unit}：在 {id} 上被算了 {n_times} 次，一个组只能算一次。
    {unit}: counts {n_times} times at {id}; a unit is one.
too_many_units
    {id}：排了 {n_units} 个组，最多 {n_allowed} 个。
    {id}: has {n_units} units; {n_allowed} are wanted.
value_wrong
    计划自称价值 {stated}，重新计算为 {recounted}。
    The plan says it is worth {stated}; recounted it is {recounted}.
bound_wrong
    计划的上界 {bound} 低于其价值 {recounted}：两者必有一错。
    The plan's upper bound {bound} is below its value {recounted}: one is wrong.
unmet_wrong
    必办的 {id} 缺 {n_missing}，计划只交代了 {n_listed}。
    The duty {id} lacks {n_missing}; the plan owns up to {n_listed}.
""")
"""What a plan breaks."""

SET_ASIDE = _read("""
unknown_key
    “{key}”没有意义，已略过。是否想写“{nearest}”？
    “{key}” means nothing here and was passed over. Was “{nearest}” meant?
unknown_key_alone
    “{key}”没有意义，已略过。备注请以下划线开头。
    “{key}” means nothing here and was passed over. Begin remarks with an underscore.
points_count
    points 有 {n_given} 个点，行程表有 {n_points} 个，坐标未采用。请使两者一致。
    points has {n_given} entries and travel {n_points}: the positions were not used. Give one for each.
duplicate_id
    编号 {id} 已在 {first} 用过，这一项未采用。请改编号。
    {id} is the name of {first} already; this one was set aside. Rename it.
shift_reversed
    组 {id} 的下班时间 {last_moment} 早于上班时间 {first_moment}，未采用该组。过零点的班次请继续往上数。
    Unit {id} ends its shift at {last_moment}, before it begins at {first_moment}; it was set aside. Past midnight count on.
mode_without_travel
    {id}：没有“{mode}”的行程时间，未采用。请在 travel 中补上，或改用已有的方式。
    {id}: there are no travel times for “{mode}”; it was set aside. Add them to travel, or choose a mode that is there.
place_unknown
    {id}：点 {point} 不存在（共 {n_points} 个点，从 0 数起），未采用。请改正地点。
    {id}: there is no point {point} ({n_points} points, counted from 0); it was set aside. Correct the place.
no_sworn_officer
    组 {id} 有 {n_auxiliary} 名辅警而没有民警，不能上路，未采用。请配一名民警。
    Unit {id} has {n_auxiliary} auxiliaries and no sworn officer and cannot go out; it was set aside. Add an officer.
window_reversed
    {id}：时段的终点 {last_moment} 早于起点 {first_moment}，这一时段未采用。请对调。
    {id}: the window ends at {last_moment}, before it begins at {first_moment}; it was set aside. Swap them.
break_outside_shift
    组 {id} 在 {shift_first_moment} 至 {shift_last_moment} 的班内排不下这次用餐（{first_moment} 至 {last_moment} 之间开始，{wanted_duration}），该组将不安排这次用餐。请改用餐时段。
    Unit {id} cannot take this break ({wanted_duration}, begun between {first_moment} and {last_moment}) in its shift from {shift_first_moment} to {shift_last_moment}; it is planned without. Move the break.
gaps_contradict
    {id}：最短间隔 {min_duration} 大于最长间隔 {max_duration}，未采用。请改其一。
    {id}: the least gap {min_duration} is more than the longest {max_duration}; it was set aside. Change one of them.
visits_contradict
    {id}：至少 {n_least} 次、至多 {n_most} 次，互相矛盾，未采用。请改其一。
    {id}: at least {n_least} visits and at most {n_most} contradict each other; it was set aside. Change one of them.
nobody_allowed
    {id}：only_units 里的组又都在 not_units 里，谁也不能去，未采用。请改其一。
    {id}: every unit of only_units is in not_units too, so nobody may go; it was set aside. Change one of them.
window_outside_shifts
    {id}：{first_moment} 至 {last_moment} 没有任何组当班，这一时段未采用。请改时段或延长班次。
    {id}: no unit is on shift between {first_moment} and {last_moment}; the window was set aside. Correct it, or lengthen a shift.
no_window_left
    {id}：没有可用的时段，未采用。请至少给出一个。
    {id}: no usable window is left; it was set aside. Give it one.
band_too_short
    {id}：{first_moment} 至 {last_moment} 容不下一次 {wanted_duration} 的驻留，这一时段未采用。请放宽时段或缩短驻留。
    {id}: {first_moment} to {last_moment} is too short for one visit of {wanted_duration}; the band was set aside. Widen it or shorten the visit.
bands_overlap
    {id}：时段 {first_moment} 至 {last_moment} 与前面的重叠，未采用。请错开。
    {id}: the band from {first_moment} to {last_moment} overlaps an earlier one and was set aside. Part them.
unknown_unit
    {id}：提到的组 {unit} 不在任务书里。请核对编号。
    {id}: names the unit {unit}, which is not in the document. Check its name.
unknown_mode
    {id}：提到的方式“{mode}”没有行程时间。请核对。
    {id}: names the mode “{mode}”, for which there are no travel times. Check it.
""")
"""What was set aside, and what to do about it."""

REFUSALS = _read("""
planning.format.unreadable
    无法读取。
    It cannot be read.
planning.format.not_json
    不是有效的 JSON（第 {column} 列：{said}）。请检查逗号、引号和括号。
    Not valid JSON (column {column}: {said}). Check commas, quotes and brackets.
planning.format.wrong_format
    格式应为“{wanted}”，写的是“{found}”。请改 format 一项，或换对应的文件。
    The format should be “{wanted}”, not “{found}”. Correct “format”, or give the right file.
planning.format.wrong_type
    这里应是{wanted}，写的是{found}。请改正。
    This should be {wanted}, not {found}. Correct it.
planning.format.missing_key
    缺少“{key}”。请补上。
    “{key}” is missing. Add it.
planning.format.fractional_time
    时间须为整数，写的是 {number}。请向上取整，写 {up}。
    Times are whole numbers, not {number}. Round up: write {up}.
planning.format.out_of_range
    {number} 超出范围，应不小于 {least} 且为有限的数；不通的路写 null。
    {number} is out of range: give a finite number from {least} on; where no way leads write null.
planning.format.bad_datetime
    “{text}”不是带时区的日期时间。请写成 2026-06-02T18:00:00+08:00。
    “{text}” is no date and time with a zone. Write it as 2026-06-02T18:00:00+08:00.
planning.format.bad_matrix
    行程表须为方阵、各方式同样大小、对角线为 0（这里 {n_rows}，应为 {wanted}）。请补齐。
    Travel times are a square table, of one size for every mode, with 0 from a place to itself (here {n_rows}, wanted {wanted}). Complete it.
planning.format.unknown_word
    “{word}”在这里不能用，可用：{allowed}。
    “{word}” cannot stand here. Allowed: {allowed}.
planning.format.travel_unresolved
    行程时间要由路网 {file} 计算，而路网尚未读入。
    Travel times are to come from the streets of {file}, which have not been read.
""")
"""Why a document cannot be read, and what to do about it."""
