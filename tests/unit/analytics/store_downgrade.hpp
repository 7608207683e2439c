// SPDX-License-Identifier: MIT
// A trade store as an older program would have left it: what later versions added is taken off.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "analytics/sqlite.hpp"

namespace sniperforge::analytics::test {

inline void downgrade_store(const std::filesystem::path& path, int version) {
    const auto database = Database::open(path);
    ASSERT_TRUE(database);
    const auto run = [&](const std::string& sql) {
        const auto done = (*database)->execute(sql.c_str());
        ASSERT_TRUE(done) << sql << ": " << done.error().text;
    };
    if (version < 5) {
        run("DROP TABLE intents");
        run("DROP TABLE retention_cuts");
        run("DROP TABLE shortfalls");
        run("DROP INDEX positions_by_mint");
        run("DROP INDEX orders_to_reconcile");
        for (const char* column :
             {"amm_fee", "transfer_fee", "rent_of_others", "unexplained", "equal_checks"}) {
            run(std::string{"ALTER TABLE orders DROP COLUMN "} + column);
        }
        run("ALTER TABLE runs DROP COLUMN heard_wall_ns");
        for (const char* column : {"value_low", "value_high", "value_last"}) {
            run(std::string{"ALTER TABLE positions DROP COLUMN "} + column);
        }
    }
    if (version < 4) {
        run("DROP VIEW tokens_held");
        run("DROP INDEX positions_by_id");
        run("DROP INDEX positions_unclosed");
    }
    if (version < 3) {
        run("DROP TABLE paper_orders");
    }
    if (version < 2) {
        run("ALTER TABLE orders DROP COLUMN finalized_slot");
    }
    run("PRAGMA user_version = " + std::to_string(version));
}

}  // namespace sniperforge::analytics::test
