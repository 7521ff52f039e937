x'0 "open /* --
 ﻿ ?1 :a ->> 1e+ 0x