// SPDX-License-Identifier: MIT
// The style of the report's page. Colours: Okabe and Ito's, which people tell apart whose colour
// vision differs; each is a variable with a value for light, dark and paper.
#pragma once

namespace sniperforge::analytics {

inline constexpr const char* kEvidenceStyle = R"css(
:root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#59626d;--rule:#d6dbe1;--panel:#f5f7f9;
--main:#0b5fa5;--b0:#b35900;--b1:#00785a;--b2:#8a4f7d;--fall:#c0392b;
--r0:#7a828c;--r1:#00785a;--r2:#c4500c;--r3:#0b6fb8;--r4:#a8528a;--r5:#8d7400;--r6:#3b9ad4;--r7:#1b1f24;--r8:#59626d;
--met:#00694f;--missed:#b3261e;--hypothesis:#8a5a00}
@media (prefers-color-scheme:dark){:root{--page:#12161b;--ink:#e6e9ed;--soft:#a3adb8;--rule:#333c46;--panel:#1a2027;
--main:#6fb7ff;--b0:#f0a45a;--b1:#4cc9a4;--b2:#d9a0cc;--fall:#ff8577;
--r0:#98a2ad;--r1:#4cc9a4;--r2:#ff9257;--r3:#58b0f5;--r4:#e09ac6;--r5:#e6cf4a;--r6:#a8dcff;--r7:#fff;--r8:#c3cbd4;
--met:#4cc9a4;--missed:#ff8a80;--hypothesis:#f2c14e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:0 20px 48px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.7rem;margin:.6em 0 .2em}h2{font-size:1.3rem;margin:2em 0 .3em;border-bottom:2px solid var(--ink);padding-bottom:.2em}
h3{font-size:1.05rem;margin:1.6em 0 .4em}
p,ul{margin:.4em 0}.soft,figcaption,small{color:var(--soft)}small{display:block;font-size:.78rem;font-weight:400}small.keep{white-space:nowrap}
.stamp{display:block;margin:0 -20px;padding:10px 20px;font-weight:700;font-size:1.5rem;letter-spacing:.12em;color:#fff;background:#8a3b00}
.stamp.live{background:#0b5d3b}.stamp span{display:block;font-size:.85rem;font-weight:400;letter-spacing:0}
.tag{display:inline-block;padding:0 .5em;margin-right:.4em;border:2px solid currentColor;font-size:.75em;font-weight:700;letter-spacing:.08em;vertical-align:middle}
.verdict{font-weight:700;letter-spacing:.04em}.MET{color:var(--met)}.MISSED,.FOUND{color:var(--missed)}.HYPOTHESIS,.UNDECIDED{color:var(--hypothesis)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 8px;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top}
th:first-child,td:first-child{text-align:left;min-width:130px}.figures th:first-child{min-width:220px}td{min-width:74px}thead th{border-bottom:2px solid var(--rule);vertical-align:bottom}
tbody th{font-weight:400}table.narrow{width:auto}td.own{font-weight:600;background:var(--panel)}td.text,th.text{text-align:left}tr.sum td,tr.sum th{font-weight:700;border-top:2px solid var(--rule)}
figure{margin:1em 0;break-inside:avoid}svg{display:block;width:100%;height:auto}svg.mark{width:140px;height:14px}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:.3em 0;font-size:.85rem}
.key{--c:var(--main)}.key::before{content:"";display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;background:var(--c)}
.main{--c:var(--main)}.b0{--c:var(--b0)}.b1{--c:var(--b1)}.b2{--c:var(--b2)}
.r0{--c:var(--r0)}.r1{--c:var(--r1)}.r2{--c:var(--r2)}.r3{--c:var(--r3)}.r4{--c:var(--r4)}.r5{--c:var(--r5)}.r6{--c:var(--r6)}.r7{--c:var(--r7)}.r8{--c:var(--r8)}
.c0{--c:var(--r3)}.c1{--c:var(--r6)}.c2{--c:var(--r5)}.c3{--c:var(--r2)}.c4{--c:var(--r4)}.c5{--c:var(--r1)}.c6{--c:var(--r0)}
rect{fill:var(--c)}.line{fill:none;stroke:var(--c);stroke-width:1.2;stroke-linejoin:round}.line.main{stroke-width:1.9}
.point{fill:none;stroke:var(--c);stroke-width:8;stroke-linecap:round}.dots{fill:none;stroke:var(--c);stroke-width:4;stroke-linecap:round;stroke-opacity:.65}
.fall{fill:var(--fall);fill-opacity:.28;stroke:var(--fall);stroke-width:1}
.grid{stroke:var(--rule);stroke-width:1;fill:none}.zero{stroke:var(--soft);stroke-width:1.2;fill:none}
.tick{font-size:11px;fill:var(--soft);font-family:inherit}.end{text-anchor:end}.mid{text-anchor:middle}
@media print{:root{color-scheme:light;--page:#fff;--ink:#000;--soft:#444;--rule:#bbb;--panel:#f2f2f2;
--main:#0b5fa5;--b0:#b35900;--b1:#00785a;--b2:#8a4f7d;--fall:#c0392b;
--r0:#7a828c;--r1:#00785a;--r2:#c4500c;--r3:#0b6fb8;--r4:#a8528a;--r5:#8d7400;--r6:#3b9ad4;--r7:#1b1f24;--r8:#59626d;
--met:#00694f;--missed:#b3261e;--hypothesis:#8a5a00}
body{max-width:none;font-size:10pt;padding:0}.stamp{margin:0;color:#000;background:none;border:3px solid #000}
.wide{overflow:visible}table{font-size:8pt}th,td{padding:2px 5px}h2{break-before:page}h3{break-after:avoid}tr{break-inside:avoid}thead{break-after:avoid}
svg,.key::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace sniperforge::analytics
