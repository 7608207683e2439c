// SPDX-License-Identifier: MIT
// `rescue sweep` against the simulated cluster under virtual time: all that a dead daemon held goes
// to the cold address, once, also when the sweep itself is cut; and the next start has its books
// equal to the chain.
#include "app/rescue_sweep.hpp"

#include "sim/daemon_run.hpp"
#include "sim/lost_node.hpp"
#include "sim/world_run.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "support/keys.hpp"

namespace sniperforge {
namespace {

constexpr std::uint64_t kSweepSeed = 5;
constexpr Lamports kSweepFunds{10 * kLamportsPerSol};
constexpr int kFinalized = 2;  // Of the chain's three commitments.

class RescueSweepRun : public test::WorldRun {
 protected:
    RescueSweepRun() : WorldRun{kSweepSeed} {}
    void SetUp() override {
        app::DrillWorldOptions options;
        options.cluster.nodes = nodes();
        test::hold_everything(options.settings);
        ASSERT_NO_FATAL_FAILURE(start(options));
        std::array<std::uint8_t, solana::kSeedSize> seed{9};
        const auto key = solana::Keypair::from_seed(seed);
        ASSERT_TRUE(key);
        cold = key->public_key();
        settings.wallet.cold_address = cold;
    }

    [[nodiscard]] virtual std::size_t nodes() const { return 1; }
    [[nodiscard]] Result<app::SweepResult> sweep(std::function<bool()> is_stop_requested = {},
                                                 Lamports keep = {}) {
        return with_key<app::SweepResult>(
            [&](const Job& job) {
                return app::run_sweep(job.reactor, job.rpc, job.hands, {job.options, cold, keep},
                                      [](const app::SweepReading&) { return true; });
            },
            std::move(is_stop_requested));
    }

    // Under either token program.
    [[nodiscard]] std::uint64_t tokens_of(const Pubkey& owner, const Pubkey& mint) {
        std::uint64_t sum = 0;
        for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
            const sim::Account* account =
                chain().account(solana::associated_token_address(owner, mint, program));
            const auto amount =
                account == nullptr ? std::nullopt : solana::token_account_amount(account->data);
            sum += amount.value_or(TokenAmount{}).raw();
        }
        return sum;
    }

    // Tokens that came without a daemon.
    [[nodiscard]] Pubkey give(std::uint64_t number, std::uint64_t amount,
                              const std::function<void(solana::TokenAccount&)>& change = {}) {
        const Pubkey mint = test::key_of(number);
        const auto mint_data = solana::encode_mint({.mint_authority = {},
                                                    .supply = TokenAmount{amount},
                                                    .decimals = 6,
                                                    .is_initialized = true,
                                                    .freeze_authority = test::key_of(1)});
        chain().put_account(mint, {Lamports{1'461'600},
                                   solana::kTokenProgram,
                                   false,
                                   {mint_data.begin(), mint_data.end()}});
        solana::TokenAccount token;
        token.mint = mint;
        token.owner = wallet;
        token.amount = TokenAmount{amount};
        if (change) {
            change(token);
        }
        const auto data = solana::encode_token_account(token);
        chain().put_account(
            solana::associated_token_address(wallet, mint, solana::kTokenProgram),
            {Lamports{2'039'280}, solana::kTokenProgram, false, {data.begin(), data.end()}});
        return mint;
    }
    // Killed with its first withdrawals on their way; why.
    [[nodiscard]] std::string cut_sweep() {
        const auto cut = sweep([&] {
            const auto history = world->history();
            return history && !history->withdrawals_open.empty();
        });
        EXPECT_FALSE(cut);
        return cut ? "" : cut.error().text;
    }

    Pubkey cold;
};

TEST_F(RescueSweepRun, MovesEverythingThatARunHeldAndTheNextStartFindsItsBooksEqual) {
    const auto bought = world->live(std::chrono::seconds{15});
    ASSERT_TRUE(bought && bought->error.empty());
    ASSERT_GT(bought->report.positions_open, 0U);
    const auto held = world->history();
    ASSERT_TRUE(held);
    const auto swept = sweep();
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_TRUE(swept->left.empty()) << swept->left.front().reason;
    EXPECT_EQ(lamports_of(wallet), 0U);
    EXPECT_TRUE(swept->after.wallet.is_zero() && swept->after.tokens.empty());
    for (const PositionView& position : held->portfolio.positions()) {
        EXPECT_EQ(tokens_of(cold, position.mint), position.amount.raw());
        EXPECT_EQ(tokens_of(wallet, position.mint), 0U);
    }
    // What was there less fees and the rent of the cold address' new accounts.
    EXPECT_GT(lamports_of(cold), held->portfolio.ledger().wallet().raw() - 200'000);
    ASSERT_TRUE(swept->mismatches);
    EXPECT_TRUE(swept->mismatches->empty());
    const auto empty = world->history();
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->portfolio.positions().empty());
    EXPECT_TRUE(empty->withdrawals_open.empty());

    expect_daemon_agrees(std::chrono::seconds{10});
}

TEST_F(RescueSweepRun, UnwrapsSolClosesWhatIsEmptyAndLeavesWhatIsFrozen) {
    fund(kSweepFunds);
    const Pubkey empty = give(101, 0);
    const Pubkey full = give(102, 7'000);
    const Pubkey frozen =
        give(103, 9, [](auto& token) { token.state = solana::TokenAccountState::Frozen; });
    solana::TokenAccount native;
    native.mint = solana::kWrappedSolMint;
    native.owner = wallet;
    native.amount = TokenAmount{kLamportsPerSol};
    native.native_rent_reserve = Lamports{2'039'280};
    const auto data = solana::encode_token_account(native);
    chain().put_account(
        solana::associated_token_address(wallet, solana::kWrappedSolMint, solana::kTokenProgram),
        {Lamports{kLamportsPerSol + 2'039'280},
         solana::kTokenProgram,
         false,
         {data.begin(), data.end()}});
    let_it_settle();

    const auto swept = sweep();
    ASSERT_TRUE(swept) << swept.error().text;
    ASSERT_EQ(swept->left.size(), 1U);
    EXPECT_EQ(swept->left.front().mint, frozen);
    EXPECT_NE(swept->left.front().reason.find("is frozen"), std::string::npos);
    EXPECT_EQ(swept->moved.size(), 4U);
    EXPECT_EQ(tokens_of(cold, full), 7'000U);
    EXPECT_EQ(tokens_of(wallet, frozen), 9U);
    EXPECT_EQ(
        chain().account(solana::associated_token_address(wallet, empty, solana::kTokenProgram)),
        nullptr);
    EXPECT_EQ(lamports_of(wallet), 0U);
    // Three accounts were closed, one was made, four signatures with their priority fees.
    const std::uint64_t fees = 3 * 7'000 + 5'020;
    EXPECT_EQ(lamports_of(cold), kSweepFunds.raw() + kLamportsPerSol + 2 * 2'039'280 - fees);
    // Once more there is nothing but what cannot be moved.
    const auto again = sweep();
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_TRUE(again->moved.empty());
    EXPECT_EQ(again->left.size(), 1U);
}

TEST_F(RescueSweepRun, ASweepThatWasCutIsEndedByTheNextAndMovesNothingTwice) {
    fund(kSweepFunds);
    std::vector<Pubkey> mints;
    for (std::uint64_t i = 0; i < 10; ++i) {
        mints.push_back(give(200 + i, 1'000 + i));
    }
    let_it_settle();
    const std::string cut = cut_sweep();
    EXPECT_NE(cut.find("8 transactions were sent and are not final"), std::string::npos) << cut;
    const auto open = world->history();
    ASSERT_TRUE(open);
    EXPECT_EQ(open->withdrawals_open.size(), 8U);
    EXPECT_TRUE(open->has_past());
    const auto swept = sweep();
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_EQ(swept->earlier.size(), 8U);
    EXPECT_EQ(swept->moved.size(), 3U);  // Two accounts, and SOL.
    EXPECT_TRUE(swept->left.empty());
    for (std::size_t i = 0; i < mints.size(); ++i) {
        EXPECT_EQ(tokens_of(cold, mints[i]), 1'000 + i);
    }
    EXPECT_EQ(lamports_of(wallet), 0U);
}

// Not the next sweep but a daemon comes: it waits until nothing of the sweep can land any more, and
// books what the sweep did. Nobody is suspected of it.
TEST_F(RescueSweepRun, ADaemonThatStartsOnACutSweepWaitsAndBooksWhatItDid) {
    const auto bought = world->live(std::chrono::seconds{15});
    ASSERT_TRUE(bought && bought->error.empty());
    ASSERT_GT(bought->report.positions_open, 0U);
    ASSERT_NE(cut_sweep(), "");
    const auto waiting = world->live(std::chrono::seconds{10});
    ASSERT_TRUE(waiting && waiting->error.empty());
    EXPECT_TRUE(waiting->is_unproven);
    EXPECT_EQ(waiting->report.positions_opened, 0U);
    expect_daemon_agrees(std::chrono::seconds{85});
    int signed_ones = 0, settled = 0;
    const auto read = journal::read_journal(world->journal_path(), [&](const auto& record) {
        const auto is = [&](const char* event) {
            return record.body.find(event) != std::string::npos ? 1 : 0;
        };
        signed_ones += is("\"event\":\"withdrawal_signed\"");
        settled += is("\"event\":\"withdrawal_settled\"");
    });
    EXPECT_TRUE(read);
    EXPECT_GT(signed_ones, 0);
    EXPECT_EQ(settled, signed_ones);
}

// The books that are rebuilt then begin with what the sweep had done: it is not booked twice.
TEST_F(RescueSweepRun, ADaemonThatStartsOnACutSweepWithoutBooksCountsItOnce) {
    fund(kSweepFunds);
    for (std::uint64_t i = 0; i < 3; ++i) {
        (void)give(300 + i, i * 1'000);  // The first is only closed, for its rent.
    }
    let_it_settle();
    ASSERT_NE(cut_sweep(), "");
    let_it_settle();  // They land.
    expect_daemon_agrees(std::chrono::seconds{100});
}

// Signed, written, and never sent: it is waited for until no block can take it any more.
TEST_F(RescueSweepRun, OneThatNeverLandedExpiresBeforeTheNextBegins) {
    fund(kSweepFunds);
    let_it_settle();
    ASSERT_FALSE(sweep([&, calls = 0]() mutable { return ++calls > 2; }));
    auto open = world->history();
    ASSERT_TRUE(open && open->withdrawals_open.size() == 1U);
    // The same file with another signature: what that one did, no chain knows.
    BlockHeight last_valid;
    std::string lost_signature;
    {
        auto recorder = open_recorder();
        ASSERT_TRUE(recorder);
        engine::WithdrawalSigned lost = open->withdrawals_open.front();
        lost.signature.bytes[0] ^= 1;
        last_valid = lost.last_valid_height;
        lost_signature = lost.signature.to_string();
        (*recorder)->record(lost, world->reactor().wall_now());
        (void)(*recorder)->close(world->reactor().wall_now(), "{}");
    }
    const auto swept = sweep();
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_EQ(swept->earlier.size(), 1U);
    EXPECT_GT(chain().block_height(kFinalized), last_valid);
    int expired = 0;
    const auto read = journal::read_journal(world->journal_path(), [&](const auto& record) {
        const bool is_its_end =
            record.body.find(R"("event":"withdrawal_settled")") != std::string::npos &&
            record.body.find(lost_signature) != std::string::npos;
        if (is_its_end) {
            EXPECT_NE(record.body.find(R"("outcome":"expired")"), std::string::npos) << record.body;
            ++expired;
        }
    });
    EXPECT_TRUE(read);
    EXPECT_EQ(expired, 1);
    const auto after = world->history();
    ASSERT_TRUE(after);
    EXPECT_TRUE(after->withdrawals_open.empty());
    EXPECT_EQ(lamports_of(wallet), 0U);
}

TEST_F(RescueSweepRun, KeepsWhatItIsToldToKeepToTheLamport) {
    fund(kSweepFunds);
    let_it_settle();
    const auto too_little = sweep({}, Lamports{890'879});
    ASSERT_FALSE(too_little);
    EXPECT_NE(too_little.error().text.find("needs 0.00089088 SOL at least"), std::string::npos);
    const auto swept = sweep({}, Lamports{890'880});
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_EQ(lamports_of(wallet), 890'880U);
    EXPECT_EQ(lamports_of(cold), kSweepFunds.raw() - 890'880 - 5'020);
}

TEST_F(RescueSweepRun, SendsNothingWhereAProgramsAccountIs) {
    fund(kSweepFunds);
    chain().put_account(cold, {Lamports{1'000'000}, solana::kTokenProgram, false, Bytes(165, 1)});
    let_it_settle();
    const auto swept = sweep();
    ASSERT_FALSE(swept);
    EXPECT_NE(swept.error().text.find("not a wallet"), std::string::npos);
    EXPECT_EQ(lamports_of(wallet), kSweepFunds.raw());
}

TEST_F(RescueSweepRun, SaysWhatWasMovedBeforeNobodyAnsweredAnyMoreAndGoesOnLater) {
    fund(kSweepFunds);
    std::vector<Pubkey> mints;
    for (std::uint64_t i = 0; i < 10; ++i) {
        mints.push_back(give(500 + i, 3'000 + i));
    }
    let_it_settle();
    bool is_first_sent = false;
    const auto cut = sweep([&] {
        const auto history = world->history();
        const bool is_open = history && !history->withdrawals_open.empty();
        if (is_first_sent && !is_open) {
            world->cluster().set_faults(0, {.hang_probability = 1});
        }
        is_first_sent = is_first_sent || is_open;
        return false;
    });
    ASSERT_FALSE(cut);
    const std::string& text = cut.error().text;
    EXPECT_TRUE(text.starts_with("reading a blockhash: no answer")) << text;
    EXPECT_NE(text.find("then run this again; moved before that, and in the journal: 8 of 10 "
                        "token accounts"),
              std::string::npos)
        << text;
    world->cluster().set_faults(0, {});
    const auto swept = sweep();
    ASSERT_TRUE(swept) << swept.error().text;
    EXPECT_EQ(swept->moved.size(), 3U);  // Two accounts, and SOL.
    for (std::size_t i = 0; i < mints.size(); ++i) {
        EXPECT_EQ(tokens_of(cold, mints[i]), 3'000 + i);
    }
}

// ---- One of two nodes is lost ----

// Three rounds take 13 s each to be final; beside that it waits for who hangs a few times.
constexpr Duration kSweptBy = std::chrono::seconds{75};

class RescueSweepOfTwoNodes : public RescueSweepRun, public test::LostNodes {
 protected:
    [[nodiscard]] std::size_t nodes() const override { return 2; }
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(RescueSweepRun::SetUp());
        fund(kSweepFunds);
        for (std::uint64_t i = 0; i < 10; ++i) {
            mints.push_back(give(400 + i, 5'000 + i));
        }
        let_it_settle();
    }
    void lose_node() { world->cluster().set_faults(GetParam().node, GetParam().faults); }
    // All of it is at the cold address, once, and as far as the journal knows, too.
    void expect_swept(const Result<app::SweepResult>& swept) {
        ASSERT_TRUE(swept) << swept.error().text;
        EXPECT_TRUE(swept->left.empty()) << swept->left.front().reason;
        for (std::size_t i = 0; i < mints.size(); ++i) {
            EXPECT_EQ(tokens_of(cold, mints[i]), 5'000 + i);
        }
        EXPECT_EQ(lamports_of(wallet), 0U);
        const auto history = world->history();
        ASSERT_TRUE(history);
        EXPECT_TRUE(history->withdrawals_open.empty());
    }
    std::vector<Pubkey> mints;
};

TEST_P(RescueSweepOfTwoNodes, MovesEverythingThroughTheOtherOne) {
    lose_node();
    const MonoTime begun = world->reactor().now();
    expect_swept(sweep());
    EXPECT_LT(world->reactor().now() - begun, kSweptBy);
}

TEST_P(RescueSweepOfTwoNodes, GoesOnThroughTheOtherOneWhereItIsLostOnTheWay) {
    const MonoTime begun = world->reactor().now();
    expect_swept(sweep([this] {
        const auto history = world->history();
        if (history && !history->withdrawals_open.empty()) {
            lose_node();
        }
        return false;
    }));
    EXPECT_LT(world->reactor().now() - begun, kSweptBy);
}

INSTANTIATE_TEST_SUITE_P(Lost, RescueSweepOfTwoNodes, test::LostNodes::all(),
                         test::LostNodes::name_of);

}  // namespace
}  // namespace sniperforge
