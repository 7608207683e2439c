// SPDX-License-Identifier: MIT
#include "app/operator_line.hpp"

namespace sniperforge::app {

// Not fmt::print: that throws where less is written.
void tell_operator(std::string line, std::FILE* terminal) {
    line += '\n';
    (void)std::fwrite(line.data(), 1, line.size(), terminal);
}

}  // namespace sniperforge::app
