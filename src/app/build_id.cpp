// SPDX-License-Identifier: MIT
#include "app/build_id.hpp"

namespace sniperforge::app {

std::string build_id() { return std::string{SF_VERSION} + "+" + SF_COMMIT; }

}  // namespace sniperforge::app
