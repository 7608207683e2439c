// SPDX-License-Identifier: MIT
// Lookup tables and durable nonces of our own against the simulated cluster under virtual time:
// made, filled, cut in the middle, gone on with, and given up with every lamport of their rent; and
// the next start has its books equal to the chain.
#include "app/nonce_upkeep.hpp"
#include "app/table_upkeep.hpp"
#include "sim/lost_node.hpp"
#include "sim/world_run.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"

namespace sniperforge {
namespace {

constexpr std::uint64_t kUpkeepSeed = 6;
// Together they name more accounts than one transaction can add.
constexpr std::size_t kPoolsListed = 6;
constexpr Duration kNextLife = std::chrono::seconds{6};
constexpr Duration kLossToldBy = std::chrono::seconds{45};

class UpkeepRun : public test::WorldRun {
 protected:
    UpkeepRun() : WorldRun{kUpkeepSeed} {}
    void SetUp() override {
        app::DrillWorldOptions options;
        // So that 512 slots pass in 26 seconds.
        options.cluster.nodes = nodes();
        options.cluster.chain.slot_duration = std::chrono::milliseconds{50};
        options.cluster.chain.finalized_after_slots = 8;
        options.settings.arbitrage.is_enabled = false;
        options.settings.sniper.is_enabled = false;
        options.settings.momentum.is_enabled = false;
        ASSERT_NO_FATAL_FAILURE(start(options));
        pools = world->cluster().liquid_pools();
        ASSERT_GE(pools.size(), kPoolsListed);
        pools.resize(kPoolsListed);
        if (is_daemon_first) {  // It opens the books.
            const auto opened = world->live(std::chrono::seconds{4});
            ASSERT_TRUE(opened && opened->error.empty());
        } else {
            let_it_settle(std::chrono::seconds{4});
            fund(Lamports{kLamportsPerSol});
        }
        funds = lamports_of(wallet);
    }

    [[nodiscard]] virtual std::size_t nodes() const { return 1; }

    struct Hands : Job {
        app::Upkeep& upkeep;
        engine::History& history;
    };
    // As a command does it: what was cut is settled first, then the work.
    [[nodiscard]] Result<void> with_upkeep(const std::function<Result<void>(const Hands&)>& work,
                                           std::function<bool()> is_stop_requested = {}) {
        return with_key<void>(
            [&](const Job& job) {
                app::Upkeep upkeep{job.reactor, job.rpc, job.hands, job.options};
                auto result = upkeep.settle_earlier();
                if (result) {
                    result = work({job, upkeep, job.hands.history});
                }
                done = upkeep.done();
                return result;
            },
            std::move(is_stop_requested));
    }
    [[nodiscard]] app::TableUpkeep tables_of(const Hands& hands) const {
        return {hands.reactor,
                hands.rpc,
                hands.upkeep,
                hands.options,
                {wallet, hands.history.lookup_tables,
                 app::read_pool_accounts(hands.reactor, hands.rpc, wallet, pools)}};
    }
    [[nodiscard]] Result<void> fill(std::function<bool()> is_stop_requested = {}) {
        return with_upkeep([&](const Hands& hands) { return tables_of(hands).fill(); },
                           std::move(is_stop_requested));
    }
    [[nodiscard]] std::vector<Pubkey> tables_known() const {
        const auto history = world->history();
        return history ? history->lookup_tables : std::vector<Pubkey>{};
    }

    // Both vaults of the pool, as its account names them.
    [[nodiscard]] std::vector<Pubkey> vaults_of(const Pubkey& pool) {
        const sim::Account* account = chain().account(pool);
        const auto venue = dex::recognise_pool(account->owner, account->data);
        const auto read = venue ? dex::decode_pool(*venue, pool, account->data) : fail("no pool");
        if (!read) {
            ADD_FAILURE() << pool.to_string() << ": " << read.error().text;
            return {};
        }
        return std::visit(
            [](const auto& state) -> std::vector<Pubkey> {
                if constexpr (requires { state.vault_a; }) {
                    return {state.vault_a, state.vault_b};
                }
                return {};
            },
            read->state);
    }
    [[nodiscard]] std::uint64_t fees_paid() const {
        std::uint64_t sum = 0;
        for (const app::UpkeepDone& each : done) {
            sum += (each.fill.base_fee + each.fill.priority_fee).raw();
        }
        return sum;
    }
    // The books are what the chain is, and whatever went out is fees and rent.
    void expect_books(std::uint64_t rent_held) {
        const auto history = world->history();
        ASSERT_TRUE(history);
        EXPECT_TRUE(history->withdrawals_open.empty());
        EXPECT_EQ(history->portfolio.ledger().wallet(), Lamports{lamports_of(wallet)});
        const portfolio::LedgerTotals& totals = history->portfolio.ledger().totals();
        EXPECT_EQ(totals.rent_paid.raw() - totals.rent_refunded.raw(), rent_held);
        EXPECT_EQ(totals.outside, LamportsDelta{});
    }
    bool is_daemon_first = true;
    std::vector<Pubkey> pools;
    std::uint64_t funds = 0;
    std::vector<app::UpkeepDone> done;
};

class UpkeepBeforeAnyRun : public UpkeepRun {
 protected:
    UpkeepBeforeAnyRun() { is_daemon_first = false; }
};

// As on the first day: the table is made first, then the daemon starts with it in its settings.
TEST_F(UpkeepBeforeAnyRun, ATableThatIsThereBeforeTheBooksIsNoneOfTheirRent) {
    ASSERT_TRUE(fill());
    ASSERT_EQ(tables_known().size(), 1U);
    expect_daemon_agrees(kNextLife);
    ASSERT_EQ(tables_known().size(), 1U);
    ASSERT_TRUE(fill());
    EXPECT_TRUE(done.empty());
}

TEST_F(UpkeepRun, ATableHasWhatThePoolsNeedAndGivesItsRentBack) {
    ASSERT_TRUE(fill());
    const auto tables = tables_known();
    ASSERT_EQ(tables.size(), 1U);
    const auto table = solana::decode_lookup_table(chain().account(tables[0])->data);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->authority, wallet);
    EXPECT_GT(table->addresses.size(), signer::kUpkeepAddressesMax);
    EXPECT_EQ(done.size(), 1 + (table->addresses.size() + 24) / 25);
    for (const Pubkey& pool : pools) {
        std::vector<Pubkey> named = vaults_of(pool);
        EXPECT_EQ(named.size(), 2U) << pool.to_string();
        named.push_back(pool);
        for (const Pubkey& each : named) {
            EXPECT_EQ(std::ranges::count(table->addresses, each), 1) << each.to_string();
        }
    }
    const std::uint64_t rent = lamports_of(tables[0]);
    EXPECT_EQ(rent, (128 + 56 + 32 * table->addresses.size()) * 6'960);
    EXPECT_EQ(funds - lamports_of(wallet), rent + fees_paid());
    expect_books(rent);
    expect_daemon_agrees(kNextLife);

    // Nothing is missing: nothing is sent.
    ASSERT_TRUE(fill());
    EXPECT_TRUE(done.empty());

    const std::uint64_t before = lamports_of(wallet);
    ASSERT_TRUE(with_upkeep([&](const Hands& hands) { return tables_of(hands).close(tables[0]); }));
    EXPECT_EQ(chain().account(tables[0]), nullptr);
    ASSERT_GE(done.size(), 2U);
    EXPECT_EQ(done.back().fill.rent_refunded, Lamports{rent});
    EXPECT_EQ(lamports_of(wallet), before + rent - fees_paid());
    EXPECT_TRUE(tables_known().empty());
    expect_daemon_agrees(kNextLife);
}

// By whoever had the key, or by mistake: what is in it goes on being used, and is not paid for
// again.
TEST_F(UpkeepRun, AFrozenTableIsUsedAndNeitherMadeAgainNorClosed) {
    ASSERT_TRUE(fill());
    const auto tables = tables_known();
    ASSERT_EQ(tables.size(), 1U);
    auto freeze = solana::lookup_table_deactivate({tables[0], wallet});
    freeze.data = {1, 0, 0, 0};
    ASSERT_TRUE(chain().execute_unsigned(wallet, {freeze}));
    let_it_settle(std::chrono::seconds{2});
    EXPECT_TRUE(fill());
    EXPECT_TRUE(done.empty()) << "all that the pools need is in it";
    EXPECT_EQ(tables_known(), tables);
    const auto closed =
        with_upkeep([&](const Hands& hands) { return tables_of(hands).close(tables[0]); });
    ASSERT_FALSE(closed);
    EXPECT_NE(closed.error().text.find("active, frozen for ever: nobody can extend or close it, "
                                       "and its rent stays: nothing to close"),
              std::string::npos)
        << closed.error().text;
    EXPECT_TRUE(done.empty());
}

// Killed behind each of the first steps: the next command goes on there, with the same table.
TEST_F(UpkeepRun, ATableThatWasCutIsGoneOnWithAndNotMadeTwice) {
    std::size_t cuts = 0;
    for (int patience : {1, 2, 1, 2, 1, 3}) {
        const auto cut = fill([&patience] { return --patience < 0; });
        cuts += cut ? 0 : 1;
        EXPECT_LE(tables_known().size(), 1U);
    }
    EXPECT_GE(cuts, 2U);
    ASSERT_TRUE(fill());
    const auto tables = tables_known();
    ASSERT_EQ(tables.size(), 1U);
    const auto table = solana::decode_lookup_table(chain().account(tables[0])->data);
    ASSERT_TRUE(table);
    auto addresses = table->addresses;
    std::ranges::sort(addresses);
    EXPECT_EQ(std::ranges::adjacent_find(addresses), addresses.end());
    expect_books(lamports_of(tables[0]));
}

// Cut behind the sending of the last transaction: the table goes, and the journal does not say so.
TEST_F(UpkeepRun, ATableWhoseClosingWasCutIsNotMadeAgain) {
    ASSERT_TRUE(fill());
    ASSERT_EQ(tables_known().size(), 1U);
    const Pubkey table = tables_known()[0];
    const auto is_closing_sent = [&] {
        const auto read = solana::decode_lookup_table(chain().account(table)->data);
        const auto history = world->history();
        return read && history && !history->withdrawals_open.empty() && !read->is_active() &&
               chain().slot() > read->deactivation_slot.plus(solana::kDeactivationCooldownSlots);
    };
    ASSERT_FALSE(with_upkeep([&](const Hands& hands) { return tables_of(hands).close(table); },
                             is_closing_sent));
    let_it_settle(std::chrono::seconds{2});
    ASSERT_EQ(chain().account(table), nullptr);
    ASSERT_EQ(tables_known().size(), 1U) << "as far as the journal knows";
    ASSERT_TRUE(with_upkeep([](const Hands& hands) -> Result<void> {
        EXPECT_TRUE(hands.history.lookup_tables.empty());
        return {};
    }));
    EXPECT_TRUE(tables_known().empty());
    expect_books(0);
}

TEST_F(UpkeepRun, NoncesAreMadeOnceAdvancedAndGivenUp) {
    const auto nonces = [&](auto work) {
        return with_upkeep([&](const Hands& hands) -> Result<void> {
            app::NonceUpkeep upkeep{hands.reactor, hands.rpc, hands.upkeep, hands.options};
            return work(upkeep);
        });
    };
    const auto value = [&](std::uint8_t number) {
        const sim::Account* account = chain().account(signer::nonce_address(wallet, number));
        const auto nonce = account == nullptr ? Result<solana::NonceAccount>{fail("none")}
                                              : solana::decode_nonce_account(account->data);
        return nonce ? nonce->nonce : Hash{};
    };
    // Somebody sent a lamport to where the first would be: the second number is used.
    chain().put_account(signer::nonce_address(wallet, 0),
                        {Lamports{890'880}, solana::kSystemProgram, false, {}});
    let_it_settle(std::chrono::seconds{2});
    ASSERT_TRUE(nonces([](app::NonceUpkeep& upkeep) { return upkeep.create(2); }));
    EXPECT_EQ(done.size(), 2U);
    EXPECT_EQ(value(0), Hash{});
    EXPECT_NE(value(1), Hash{});
    EXPECT_NE(value(2), Hash{});
    EXPECT_NE(value(2), value(1));
    const std::uint64_t rent = 2 * (128 + 80) * 6'960;
    EXPECT_EQ(funds - lamports_of(wallet), rent + fees_paid());
    expect_books(rent);
    ASSERT_TRUE(nonces([](app::NonceUpkeep& upkeep) { return upkeep.create(2); }));
    EXPECT_TRUE(done.empty());

    const Hash first = value(1), second = value(2);
    ASSERT_TRUE(nonces([](app::NonceUpkeep& upkeep) { return upkeep.advance(1); }));
    EXPECT_NE(value(1), first);
    EXPECT_EQ(value(2), second);
    const auto absent = nonces([](app::NonceUpkeep& upkeep) { return upkeep.advance(7); });
    ASSERT_FALSE(absent);
    EXPECT_NE(absent.error().text.find("it is not there"), std::string::npos);

    ASSERT_TRUE(nonces([](app::NonceUpkeep& upkeep) { return upkeep.close({}); }));
    EXPECT_EQ(value(1), Hash{});
    EXPECT_EQ(value(2), Hash{});
    expect_books(0);
    expect_daemon_agrees(kNextLife);
}

// Signed, sent and not followed: the daemon that starts next finds out what became of it, and takes
// the rent for rent.
TEST_F(UpkeepRun, ADaemonSettlesWhatACommandLeft) {
    const auto cut = with_upkeep(
        [&](const Hands& hands) {
            return app::NonceUpkeep{hands.reactor, hands.rpc, hands.upkeep, hands.options}.create(
                1);
        },
        [calls = 0]() mutable { return ++calls > 1; });
    ASSERT_FALSE(cut);
    EXPECT_NE(cut.error().text.find("are not final"), std::string::npos) << cut.error().text;
    // By one node's word nothing has expired before 72.8 s.
    const auto next = world->live(std::chrono::seconds{120});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->error, "");
    EXPECT_FALSE(next->is_unproven);
    bool is_told = false;
    const auto read = journal::read_journal(world->journal_path(), [&](const auto& record) {
        is_told = is_told || record.body.find(" that was cut, ") != std::string::npos;
        EXPECT_EQ(record.body.find("is taken over"), std::string::npos) << record.body;
    });
    EXPECT_TRUE(read && is_told);
    expect_books((128 + 80) * 6'960);
}

// ---- One of two nodes is lost: nothing is built on the other one's word ----

class UpkeepOfTwoNodes : public UpkeepRun, public test::LostNodes {
 protected:
    [[nodiscard]] std::size_t nodes() const override { return 2; }
    void lose_node() { world->cluster().set_faults(GetParam().node, GetParam().faults); }
    void find_node() { world->cluster().set_faults(GetParam().node, {}); }
    [[nodiscard]] std::function<bool()> losing_it_once_sent() {
        return [this] {
            const auto history = world->history();
            if (history && !history->withdrawals_open.empty()) {
                lose_node();
            }
            return false;
        };
    }
    [[nodiscard]] Result<void> make_nonces(std::function<bool()> is_stop_requested = {}) {
        return with_upkeep(
            [](const Hands& hands) {
                return app::NonceUpkeep{hands.reactor, hands.rpc, hands.upkeep, hands.options}
                    .create(2);
            },
            std::move(is_stop_requested));
    }
    static void expect_told(const Result<void>& result) {
        ASSERT_FALSE(result);
        EXPECT_NE(result.error().text.find("reading accounts from a second endpoint: "),
                  std::string::npos)
            << result.error().text;
        EXPECT_NE(result.error().text.find("network.endpoints"), std::string::npos);
    }
};

TEST_P(UpkeepOfTwoNodes, NoncesAreMadeOnceTheyAgreeAndTheLossIsToldInTime) {
    const MonoTime begun = world->reactor().now();
    lose_node();
    expect_told(make_nonces());
    EXPECT_LT(world->reactor().now() - begun, kLossToldBy);
    EXPECT_EQ(lamports_of(wallet), funds);
    find_node();
    ASSERT_TRUE(make_nonces());
    EXPECT_EQ(done.size(), 2U);
    expect_books(2 * (128 + 80) * 6'960);
}

TEST_P(UpkeepOfTwoNodes, WhatWasSentWhenItWasLostIsFollowedThroughTheOtherAndGoneOnWith) {
    const MonoTime begun = world->reactor().now();
    expect_told(make_nonces(losing_it_once_sent()));
    EXPECT_LT(world->reactor().now() - begun, kLossToldBy);
    EXPECT_EQ(done.size(), 1U);
    expect_books((128 + 80) * 6'960);
    find_node();
    ASSERT_TRUE(make_nonces());
    EXPECT_EQ(done.size(), 1U);
    expect_books(2 * (128 + 80) * 6'960);
}

TEST_P(UpkeepOfTwoNodes, ATableThatWasBegunWhenItWasLostIsGoneOnWithAndNotMadeTwice) {
    const MonoTime begun = world->reactor().now();
    expect_told(fill(losing_it_once_sent()));
    EXPECT_LT(world->reactor().now() - begun, kLossToldBy);
    ASSERT_EQ(tables_known().size(), 1U);
    find_node();
    ASSERT_TRUE(fill());
    ASSERT_EQ(tables_known().size(), 1U);
    expect_books(lamports_of(tables_known()[0]));
}

INSTANTIATE_TEST_SUITE_P(Lost, UpkeepOfTwoNodes, test::LostNodes::all(), test::LostNodes::name_of);

}  // namespace
}  // namespace sniperforge
