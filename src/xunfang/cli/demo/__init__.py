"""The demo city Yunting (云汀市): invented from a seed, so that it can be shown.

Here live the generated town (streets, river, buildings), the police geography laid
over it or over any other street network (stations, patrol areas, grid cells, key
places, crews) and the numbers behind both. Nothing here is read by a room: the demo
is written into the database through the same imports and services as a real city.
"""
