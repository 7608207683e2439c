// SPDX-License-Identifier: MIT
// The store's tables. Each change of them is one more migration; none is ever edited.
#pragma once

#include "analytics/sqlite.hpp"

namespace sniperforge::analytics {

// Brings an empty or older database to the newest version, in one transaction.
[[nodiscard]] Result<void> migrate(Database& database);

}  // namespace sniperforge::analytics
