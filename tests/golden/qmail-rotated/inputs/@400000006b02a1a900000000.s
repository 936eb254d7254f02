@400000006b023e9a00000000 new msg 93869
@400000006b023e9a00000000 info msg 93869: bytes 2343 from <s@example.net> qp 18695 uid 49491
@400000006b023e9b00000000 starting delivery 1: msg 93869 to remote a@example.com
@400000006b023e9b00000000 starting delivery 2: msg 93869 to remote b@example.com
@400000006b023e9b00000000 status: local 0/10 remote 2/20
@400000006b023e9c00000000 delivery 1: deferral: 192.0.2.25_does_not_like_recipient./Remote_host_said:_450_4.2.0_greylisted/Giving_up_on_192.0.2.25./
@400000006b02402b00000000 starting delivery 3: msg 93869 to remote a@example.com
