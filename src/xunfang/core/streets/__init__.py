"""The street network: build it, snap to it, travel times, reach, closures.

A network is made once from parsed ways (`build.build_network`), holds plain arrays
(`network.StreetNetwork`) and is shared by all ways of moving (`modes.Mode`).
`travel.TravelTimes` answers for one mode how long it takes and which way it goes;
`reach` answers who is how near. `matching` tells from positions which streets were
patrolled. Files are read in `xunfang.places`, not here.

Inside: `matching > travel | reach > cch | turns | snapping > lookup | datum_check > build >
network > modes | source`.
"""
