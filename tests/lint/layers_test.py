#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_layers.py finds each kind of wrong include and wrong edge, and says where and what to do."""

import unittest

from small_tree import LintTest

MODULES = """\
# A comment with sf_module(ghost LAYER 0) in it declares nothing.
sf_module(core   LAYER 0 PACKAGES Boost::headers)
sf_module(net    LAYER 2 USES core PACKAGES sf_asio)
sf_module(solana LAYER 2 USES core PACKAGES PkgConfig::SODIUM)
sf_module(dex    LAYER 3 USES core solana)
sf_module(risk   LAYER 5 USES core dex)
sf_module(sim    LAYER 6 USES core net)
"""

# Uses every declared edge, so that nothing is reported as unused.
CLEAN = {
    "include/sniperforge/core/result.hpp": "#pragma once\n",
    "src/net/http.cpp": '#include <boost/asio.hpp>\n#include "sniperforge/core/result.hpp"\n',
    "src/solana/pda.cpp": '#include <sodium.h>\n#include "sniperforge/core/result.hpp"\n',
    "src/dex/x.cpp": '#include "sniperforge/core/result.hpp"\n#include "sniperforge/solana/pda.hpp"\n',
    "src/risk/gate.cpp": '#include "sniperforge/core/result.hpp"\n#include "sniperforge/dex/x.hpp"\n',
    "src/sim/cluster.cpp": '#include "sniperforge/core/result.hpp"\n#include "sniperforge/net/http.hpp"\n',
}


class Layers(LintTest):
    lint = "check_layers.py"

    def setUp(self) -> None:
        super().setUp()
        self.write("cmake/Modules.cmake", MODULES)
        for path, text in CLEAN.items():
            self.write(path, text)

    def test_accepts_a_tree_that_keeps_to_its_graph(self):
        self.expect()

    def test_refuses_an_include_that_goes_up(self):
        self.write("src/dex/y.cpp", "\n" * 11 + '#include "sniperforge/risk/gate.hpp"\n')
        self.expect("src/dex/y.cpp:12: dex (layer 3) may not include risk (layer 5): "
                    "declare it in cmake/Modules.cmake or move the code")

    def test_refuses_an_include_that_goes_down_along_no_declared_edge(self):
        self.write("include/sniperforge/risk/gate.hpp", '#include "sniperforge/solana/pda.hpp"\n')
        self.expect("include/sniperforge/risk/gate.hpp:1: risk (layer 5) may not include solana (layer 2): "
                    "declare it in cmake/Modules.cmake or move the code")

    def test_refuses_an_include_of_the_same_layer(self):
        self.write("src/net/tls.cpp", '#include "sniperforge/solana/pda.hpp"\n')
        self.expect("src/net/tls.cpp:1: net (layer 2) may not include solana (layer 2): "
                    "declare it in cmake/Modules.cmake or move the code")

    def test_sees_angle_brackets_spaces_and_private_headers_as_includes_too(self):
        self.write("src/dex/y.cpp", '  #  include <sniperforge/risk/gate.hpp>\n#include "risk/limits.hpp"\n')
        self.expect(*(f"src/dex/y.cpp:{line}: dex (layer 3) may not include risk (layer 5): "
                      "declare it in cmake/Modules.cmake or move the code" for line in (1, 2)))

    def test_ignores_includes_in_comments_and_strings(self):
        self.write("src/dex/y.cpp", '// #include "sniperforge/risk/gate.hpp"\n'
                   '/*\n#include "sniperforge/risk/gate.hpp"\n*/\n'
                   'auto text = R"(\n#include "sniperforge/risk/gate.hpp"\n)";\n')
        self.expect()

    def test_accepts_private_headers_of_the_own_module_in_sources_alone(self):
        self.write("src/dex/y.cpp", '#include "dex/tick_math.hpp"\n#include "tick_math.hpp"\n')
        self.write("include/sniperforge/dex/y.hpp", '#include "dex/tick_math.hpp"\n#include "tick_math.hpp"\n')
        self.expect(
            'include/sniperforge/dex/y.hpp:1: "dex/tick_math.hpp" is private to dex: a public header may not include it',
            'include/sniperforge/dex/y.hpp:2: "tick_math.hpp": a public header includes public headers only, '
            'as "sniperforge/<module>/..."')

    def test_warns_of_a_private_header_of_a_module_that_may_be_used(self):
        self.write("src/dex/y.cpp", '#include "solana/sha.hpp"\n')
        self.expect('cmake/Modules.cmake:5: warning: dex includes a private header of another module, '
                    '"solana/sha.hpp" in src/dex/y.cpp: move what it needs to a public one')

    def test_refuses_paths_that_climb_and_names_that_are_no_module(self):
        self.write("src/dex/y.cpp", '#include "../risk/limits.hpp"\n#include "sniperforge/ghost/g.hpp"\n'
                   '#include "sniperforge/all.hpp"\n')
        self.expect(
            'src/dex/y.cpp:1: write "../risk/limits.hpp" from include/ or src/, without ".."',
            'src/dex/y.cpp:2: "sniperforge/ghost/g.hpp": ghost is not a module of cmake/Modules.cmake',
            'src/dex/y.cpp:3: "sniperforge/all.hpp" names no module: public headers are in '
            'include/sniperforge/<module>/')

    def test_refuses_files_of_an_undeclared_module(self):
        self.write("src/ghost/g.cpp", "")
        self.expect("src/ghost/g.cpp:1: belongs to no module of cmake/Modules.cmake: declare it with "
                    "sf_module() or move the file")

    def test_refuses_a_package_outside_its_door(self):
        self.write("src/dex/y.cpp", "#include <boost/beast/core.hpp>\n#include <simdjson.h>\n")
        self.expect(
            "src/dex/y.cpp:1: dex may not include Boost.Asio and Beast (<boost/beast/core.hpp>), which stays in "
            "net, ops, app: everything else speaks through net's Reactor, which a simulation can replace",
            "src/dex/y.cpp:2: dex may not include simdjson (<simdjson.h>), which stays in rpc, execute, engine, sim: "
            "JSON is parsed where it arrives and handed on as typed values")

    def test_lets_the_servers_of_sim_use_asio_and_the_rest_of_sim_not(self):
        self.write("src/sim/loopback_server.cpp", "#include <boost/asio.hpp>\n")
        self.write("src/sim/market.cpp", "#include <boost/asio.hpp>\n")
        self.expect("src/sim/market.cpp:1: sim may not include Boost.Asio and Beast (<boost/asio.hpp>), which stays "
                    "in net, ops, app: everything else speaks through net's Reactor, which a simulation can replace")

    def test_refuses_packages_in_public_headers_even_of_the_module_that_owns_them(self):
        self.write("include/sniperforge/solana/keypair.hpp", "#include <sodium.h>\n")
        self.write("include/sniperforge/core/spsc_ring.hpp", "#include <boost/lockfree/spsc_queue.hpp>\n")
        self.write("include/sniperforge/core/pool.hpp", "#include <boost/container/static_vector.hpp>\n")
        self.expect(
            "include/sniperforge/core/pool.hpp:1: <boost/container/static_vector.hpp> in a public header: only "
            "include/sniperforge/core/spsc_ring.hpp may include Boost",
            "include/sniperforge/solana/keypair.hpp:1: <sodium.h> in a public header: keep libsodium in the "
            "sources of solana")

    def test_refuses_edges_that_do_not_go_down(self):
        self.write("cmake/Modules.cmake", MODULES.replace("LAYER 5 USES core dex", "LAYER 3 USES core dex"))
        self.expect("cmake/Modules.cmake:6: risk (layer 3) may not use dex (layer 3): USES go to lower layers only")

    def test_refuses_an_edge_to_nowhere_and_a_declaration_that_it_cannot_read(self):
        self.write("cmake/Modules.cmake", MODULES.replace("USES core dex", "USES core dex ghost") +
                   "sf_module(app LAYER seven)\nsf_module(core LAYER 0)\n")
        self.expect("cmake/Modules.cmake:6: risk uses ghost, which is not a module",
                    "cmake/Modules.cmake:8: cannot read sf_module(app LAYER seven): write NAME LAYER n "
                    "[USES module...] [PACKAGES target...]",
                    "cmake/Modules.cmake:9: core is declared twice")

    def test_keeps_sim_apart_from_dex_although_dex_is_below(self):
        self.write("cmake/Modules.cmake", MODULES.replace("USES core net", "USES core net dex"))
        self.write("src/sim/swap.cpp", '#include "sniperforge/dex/x.hpp"\n')
        why = "sim executes swaps with its own implementation, so that one rounding bug cannot hide in both"
        self.expect(f"cmake/Modules.cmake:7: sim may not use dex: {why}",
                    f"src/sim/swap.cpp:1: sim may not include dex: {why}")

    def test_keeps_the_network_out_of_the_stages_that_decide(self):
        self.write("cmake/Modules.cmake", MODULES.replace("USES core dex", "USES core dex net"))
        self.write("src/risk/remote.cpp", '#include "sniperforge/net/http.hpp"\n')
        why = "this stage does no I/O; feed and execute do"
        self.expect(f"cmake/Modules.cmake:6: risk may not use net: {why}",
                    f"src/risk/remote.cpp:1: risk may not include net: {why}")

    def test_refuses_a_package_declared_for_a_module_behind_whose_door_it_is_not(self):
        self.write("cmake/Modules.cmake", MODULES.replace("USES core dex)", "USES core dex PACKAGES PkgConfig::SODIUM)"))
        self.expect("cmake/Modules.cmake:6: risk may not declare PkgConfig::SODIUM: libsodium stays in solana, signer "
                    "(keys live in solana::Keypair and signatures are made in signer)")

    def test_warns_of_an_edge_that_nobody_uses_without_failing(self):
        self.write("src/risk/gate.cpp", '#include "sniperforge/core/result.hpp"\n')
        self.expect("cmake/Modules.cmake:6: warning: risk includes nothing of dex: drop it from USES")

    def test_refuses_an_architecture_page_whose_table_is_not_the_graph(self):
        begin, end = "<!-- graph: scripts/check_layers.py --graph -->", "<!-- end of graph -->"
        graph = self.run_lint("--graph").stdout
        self.assertIn("| 3 | dex | core solana |  |\n", graph)
        self.write("docs/architecture.md", f"# Architecture\n\n{begin}\n{graph}{end}\n")
        self.expect()
        self.write("docs/architecture.md", f"# Architecture\n\n{begin}\n{graph.replace('core solana', 'core')}{end}\n")
        self.expect("docs/architecture.md:3: the module table is not that of cmake/Modules.cmake: replace it with the "
                    "output of scripts/check_layers.py --graph (--write-graph does it)")
        self.assertEqual(self.run_lint("--write-graph").returncode, 0)
        self.expect()
        self.assertEqual((self.root / "docs/architecture.md").read_text(), f"# Architecture\n\n{begin}\n{graph}{end}\n")

    def test_says_when_it_is_pointed_at_no_tree_of_ours(self):
        (self.root / "cmake/Modules.cmake").unlink()
        result = self.run_lint()
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, f"check_layers: {self.root} has no cmake/Modules.cmake\n")


if __name__ == "__main__":
    unittest.main()
