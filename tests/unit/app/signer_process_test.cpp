// SPDX-License-Identifier: MIT
// The process with the key: it opens the file, signs what the policies allow, and is never
// replaced.
#include "app/signer_process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

class SignerProcessTest : public ::testing::Test {
 protected:
    SignerProcessTest() {
        const auto wallet = solana::Keypair::generate();
        const auto cold = solana::Keypair::generate();
        SF_ASSERT(wallet && cold);
        address = wallet->public_key();
        settings.wallet.keypair_file =
            (std::filesystem::path{::testing::TempDir()} /
             ("sf_signer_" + std::to_string(::getpid()) + "_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()))
                .string();
        settings.wallet.cold_address = cold->public_key();
        settings.signer.is_process = true;
        const auto text = solana::export_keygen_json(*wallet);
        SF_ASSERT(text.has_value());
        std::ofstream{settings.wallet.keypair_file} << text->text();
        SF_ASSERT(::chmod(settings.wallet.keypair_file.c_str(), S_IRUSR | S_IWUSR) == 0);
    }
    ~SignerProcessTest() override { std::filesystem::remove(settings.wallet.keypair_file); }

    [[nodiscard]] Result<Signature, signer::Refusal> withdraw(signer::PolicySigner& signer,
                                                              const Pubkey& to) {
        const std::vector<solana::Instruction> instructions{
            solana::set_compute_unit_limit(ComputeUnits{1'000}),
            solana::system_transfer({address, to, Lamports{10}})};
        message = *solana::compile_message(address, instructions, Hash{});
        return signer.sign(transaction, message, {{}, Lamports{10}, solana::base_fee(1), {}}, {});
    }

    config::Settings settings;
    Pubkey address;
    Bytes message, transaction;
};

TEST_F(SignerProcessTest, IsOnlyThereWhereTheSettingsAskForIt) {
    settings.signer.is_process = false;
    const auto none = SignerProcess::start(settings);
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
}

TEST_F(SignerProcessTest, SignsUntilItIsKilledAndNothingAfterwards) {
    auto process = SignerProcess::start(settings);
    ASSERT_TRUE(process && *process);
    auto key = (*process)->open(std::chrono::seconds{600});
    ASSERT_TRUE(key) << key.error().text;
    EXPECT_EQ(key->public_key(), address);
    signer::PolicySigner signer{std::move(*key), signing_limits(settings)};
    const auto signature = withdraw(signer, *settings.wallet.cold_address);
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_TRUE(solana::verify(address, message, *signature));
    EXPECT_FALSE(withdraw(signer, address));
    EXPECT_TRUE(signer.can_sign());

    // Signals for the whole group do not end it: exits are signed while the daemon drains.
    ::kill((*process)->pid(), SIGTERM);
    ::kill((*process)->pid(), SIGINT);
    EXPECT_TRUE(withdraw(signer, *settings.wallet.cold_address));
    ::kill((*process)->pid(), SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>((*process)->pid()), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(signer.can_sign());
    const auto refused = withdraw(signer, *settings.wallet.cold_address);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("has ended"), std::string::npos);
}

TEST_F(SignerProcessTest, TellsWhyItHasNoKey) {
    ASSERT_EQ(::chmod(settings.wallet.keypair_file.c_str(), 0644), 0);
    auto process = SignerProcess::start(settings);
    ASSERT_TRUE(process && *process);
    const auto key = open_signing_key(settings, *process);
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().text.find("is open to others than its owner"), std::string::npos)
        << key.error().text;
}

// As the one before had counted it: with the exits, where the sweep that it resembles is not.
TEST(SignedBefore, CountsAnAdvanceOfANonceWithTheExitsAndKnowsWithdrawals) {
    constexpr WallTime kSignedAt{1'767'225'600'000'000'000};
    OrderIntent sweep;
    sweep.kind = OrderKind::Sweep;
    sweep.mint_in = sniperforge::test::key_of(1);
    sweep.spend_max = Lamports{7'000};
    OrderIntent advance = sweep;
    advance.pool_id = advance.mint_in;
    advance.spend_max = Lamports{6'000};
    OrderIntent sale = sweep;
    sale.kind = OrderKind::Exit;
    OrderIntent withdrawal = sale;
    withdrawal.mint_in = {};
    engine::History history;
    history.signed_lately = {
        {sweep, kSignedAt}, {advance, kSignedAt}, {sale, kSignedAt}, {withdrawal, kSignedAt}};
    const auto before = signed_before(history, kSignedAt);
    ASSERT_EQ(before.size(), 4U);
    EXPECT_EQ(before[0].kind, OrderKind::Sweep);
    EXPECT_EQ(before[0].outflow, Lamports{7'000});
    EXPECT_EQ(before[1].kind, OrderKind::Exit);
    EXPECT_EQ(before[1].outflow, Lamports{6'000});
    EXPECT_EQ(before[3].kind, OrderKind::Exit);
    EXPECT_EQ(before[3].outflow, Lamports{7'000});
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].is_withdrawal, i == 3) << i;
    }
}

TEST(SignedBefore, CountsWhatWasSoldOfStablecoins) {
    constexpr WallTime kSignedAt{1'767'225'600'000'000'000};
    OrderIntent sale;
    sale.kind = OrderKind::Exit;
    sale.mint_in = solana::kUsdcMint;
    sale.mint_out = solana::kWrappedSolMint;
    sale.amount_in = TokenAmount{9'000'001};
    OrderIntent other = sale;
    other.mint_in = sniperforge::test::key_of(1);
    engine::History history;
    history.signed_lately = {{sale, kSignedAt}, {other, kSignedAt}};
    const auto before = signed_before(history, kSignedAt);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].stables, MicroUsd{9'000'001});
    EXPECT_EQ(before[1].stables, MicroUsd{});
}

TEST(SigningLimitsOfTheSettings, HaveTheStablecoinsAndTheTokensThatAreKept) {
    config::Settings settings;
    settings.signer.transaction_stables_max = MicroUsd{1};
    settings.signer.hourly_stables_max = MicroUsd{2};
    settings.signer.daily_stables_max = MicroUsd{3};
    settings.signer.tokens_kept = {sniperforge::test::key_of(4)};
    const signer::SigningLimits limits = signing_limits(settings);
    EXPECT_EQ(limits.stables_transaction_max, MicroUsd{1});
    EXPECT_EQ(limits.stables_hour_max, MicroUsd{2});
    EXPECT_EQ(limits.stables_day_max, MicroUsd{3});
    EXPECT_EQ(limits.tokens_kept, settings.signer.tokens_kept);
}

}  // namespace
}  // namespace sniperforge::app
