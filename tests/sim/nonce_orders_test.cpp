// SPDX-License-Identifier: MIT
// Orders on nonces against the simulated cluster under virtual time: they are what is signed, a
// kill leaves nothing that lands unseen, and the books equal the chain. Everything else that may
// happen to them the drill does.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "app/drill_world.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;

struct NonceTale {
    std::size_t on_nonces = 0, on_blockhashes = 0, advances = 0;
    std::set<std::string> leases;
};

[[nodiscard]] std::string_view member(std::string_view body, std::string_view name) {
    const auto at = body.find(name);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = body.substr(at + name.size());
    return rest.substr(0, rest.find('"'));
}

[[nodiscard]] NonceTale tale_of(const std::string& journal_path) {
    NonceTale tale;
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        if (record.kind == journal::RecordKind::Intent) {
            const auto pool = member(record.body, R"("pool_id":")");
            tale.advances += pool == member(record.body, R"("mint_in":")") ? 1 : 0;
        }
        if (record.kind != journal::RecordKind::Signed) {
            return;
        }
        const auto value = member(record.body, R"("nonce_value":")");
        ++(value.empty() ? tale.on_blockhashes : tale.on_nonces);
        if (!value.empty()) {
            // Nonces that one block advances get one value.
            const std::string lease{std::string{member(record.body, R"("nonce":")")} + ":" +
                                    std::string{value}};
            EXPECT_TRUE(tale.leases.insert(lease).second) << "one value, two orders";
        }
    });
    EXPECT_TRUE(read);
    return tale;
}

TEST(NonceOrders, AreOnNoncesThroughAKillAndTheBooksEqualTheChain) {
    app::DrillWorldOptions options;
    options.seed = 11;
    options.cluster.scenario = *sim::named_scenario("demo");
    options.cluster.scenario.drop_probability = 0.3;
    options.settings.execution.path = "direct";
    options.settings.execution.nonce_orders = 3;
    options.settings.arbitrage.is_enabled = false;
    options.settings.exits.time_limit = seconds{5};
    options.nonces = 4;
    auto world = app::DrillWorld::create(options);
    ASSERT_TRUE(world) << world.error().text;
    ASSERT_TRUE((*world)->live_and_die(seconds{45}));
    const auto result = (*world)->live(seconds{60});
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->exit_code, 0) << result->error;
    EXPECT_FALSE(result->is_unproven);
    EXPECT_EQ(result->report.mismatch_lamports, 0U);
    EXPECT_EQ(result->report.mismatch_tokens, 0U);
    EXPECT_EQ(result->report.orders.unknown, 0U);
    const NonceTale tale = tale_of((*world)->whole_journal());
    EXPECT_GT(tale.on_nonces, 6U) << "of " << tale.on_nonces + tale.on_blockhashes;
    EXPECT_GE(tale.advances, 6U) << "each start has to advance the three that may be lent";
}

}  // namespace
}  // namespace sniperforge
