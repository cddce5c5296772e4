"""JT/T 808-2013 and -2019: vehicle terminals and radios that report over TCP.

Source: JT/T 808-2019 道路运输车辆卫星定位系统 终端通讯协议及数据格式, chapters 4 to 8; the 2013
edition differs in the header and in the bodies of 0100 and 0102.
"""
