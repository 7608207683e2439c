// SPDX-License-Identifier: MIT
// Jupiter routes through the chain: SOL to token over CPMM, on to another over AMM v4, and back.
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

class JupiterTest : public ChainTest {
 protected:
    JupiterTest() {
        create_mint(chain, middle, {.decimals = 6});
        create_mint(chain, last, {.decimals = 6});
        const Pubkey config = create_cpmm_config(chain, {});
        cpmm = create_cpmm_pool(chain, {config, solana::kWrappedSolMint, middle,
                                        TokenAmount{500'000'000'000}, TokenAmount{70'000'000'000}});
        amm = create_amm_v4_pool(chain, {test_key(60), middle, last, TokenAmount{90'000'000'000},
                                         TokenAmount{10'000'000'000}});
        user_sol = create_token_account(chain, user(), solana::kWrappedSolMint,
                                        TokenAmount{2'000'000'000});
        user_middle = create_token_account(chain, user(), middle, TokenAmount{0});
        user_last = create_token_account(chain, user(), last, TokenAmount{0});
    }
    [[nodiscard]] Pubkey user() const { return wallet.public_key(); }
    [[nodiscard]] JupiterStep first_hop() const {
        const bool is_0_to_1 = cpmm.mint_0 == solana::kWrappedSolMint;
        return {cpmm_swap_in(cpmm, is_0_to_1, 0, 0, {user(), user_sol, user_middle}), 100, 0, 1};
    }
    [[nodiscard]] JupiterStep second_hop() const {
        return {amm_v4_swap_in(amm, 0, 0, {user(), user_middle, user_last}), 100, 1, 2};
    }
    [[nodiscard]] solana::Instruction route(std::uint64_t quoted, std::uint16_t slippage) const {
        const std::vector<JupiterStep> steps{first_hop(), second_hop()};
        return jupiter_route({user(), user_sol, user_last, last, kSpend, quoted, slippage}, steps);
    }
    std::string error_of(const solana::Instruction& instruction) {
        return chain.simulate(signed_wire({instruction}), true, false, {})->error_json;
    }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }
    // What the two hops give for kSpend, by the documented formulas.
    [[nodiscard]] static std::uint64_t expected_out() {
        const auto hop = [](u128 in, u128 x, u128 y) {
            const u128 fee = (in * 2'500 + 999'999) / 1'000'000;
            return (in - fee) * y / (x + in - fee);
        };
        const u128 middle_out = hop(kSpend, 500'000'000'000, 70'000'000'000);
        return static_cast<std::uint64_t>(hop(middle_out, 90'000'000'000, 10'000'000'000));
    }

    static constexpr std::uint64_t kSpend = 1'000'000'000;
    Pubkey middle = test_key(30), last = test_key(31);
    CpmmPoolAddresses cpmm;
    AmmV4PoolAddresses amm;
    Pubkey user_sol, user_middle, user_last;
};

TEST_F(JupiterTest, TwoHopsDeliverExactlyWhatTheFormulasSay) {
    const std::uint64_t out = expected_out();
    const auto* receipt = land({route(out, 0)});
    ASSERT_NE(receipt, nullptr);
    ASSERT_EQ(receipt->error_json, "null") << receipt->logs.back();
    EXPECT_EQ(tokens(user_last), out);
    EXPECT_EQ(tokens(user_middle), 0U);
    EXPECT_EQ(tokens(user_sol), 2'000'000'000 - kSpend);
    EXPECT_TRUE(has_line(receipt->logs, "Program log: Instruction: Route"));
    EXPECT_TRUE(has_line(receipt->logs,
                         "Program CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C "
                         "invoke [2]"));
    EXPECT_TRUE(has_line(receipt->logs, "Program return: JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNy"));
    // Per hop: the venue, its two transfers, and the event that Jupiter sends itself.
    ASSERT_EQ(receipt->inner_instructions.size(), 1U);
    const auto& inner = receipt->inner_instructions[0].instructions;
    ASSERT_EQ(inner.size(), 8U);
    std::vector<int> heights;
    for (const auto& instruction : inner) {
        heights.push_back(instruction.stack_height);
    }
    EXPECT_EQ(heights, (std::vector<int>{2, 3, 3, 2, 2, 3, 3, 2}));
    EXPECT_EQ(receipt->account_keys[inner[3].program_id_index], solana::kJupiterV6Program);
}

TEST_F(JupiterTest, MinimumIsReachedExactlyAndOneMoreFails) {
    const std::uint64_t out = expected_out();
    EXPECT_EQ(error_of(route(out, 0)), "null");
    EXPECT_EQ(error_of(route(out + 1, 0)), custom(6001));
    // 1 %: the bound is floor(quoted × 9,900 / 10,000).
    const std::uint64_t quoted = out * 10'000 / 9'900;
    EXPECT_LE(quoted * 9'900 / 10'000, out);
    EXPECT_EQ(error_of(route(quoted, 100)), "null");
    std::uint64_t too_much = quoted;
    while (too_much * 9'900 / 10'000 <= out) {
        ++too_much;
    }
    EXPECT_EQ(error_of(route(too_much - 1, 100)), "null");
    EXPECT_EQ(error_of(route(too_much, 100)), custom(6001));
    const auto refused = chain.submit(signed_wire({route(out + 1, 0)}), false);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(
        refused.error().message,
        "Transaction simulation failed: Error processing Instruction 0: custom program error: "
        "0x1771");
}

TEST_F(JupiterTest, SplitHopsShareTheInputByPercent) {
    std::vector<JupiterStep> steps{first_hop(), first_hop()};
    steps[0].percent = 60;
    steps[1].percent = 40;
    const auto split = jupiter_route({user(), user_sol, user_middle, middle, kSpend, 1, 0}, steps);
    ASSERT_EQ(land({split})->error_json, "null");
    EXPECT_EQ(tokens(user_sol), 2'000'000'000 - kSpend);
    steps[1].percent = 41;
    EXPECT_EQ(error_of(jupiter_route({user(), user_sol, user_middle, middle, kSpend, 1, 0}, steps)),
              custom(6005));
}

TEST_F(JupiterTest, WrongHeadsStepsAndAmountsAreRefused) {
    const auto good = route(1, 0);
    ASSERT_EQ(error_of(good), "null");
    auto bad = good;
    bad.accounts[7].pubkey = test_key(80);  // Event authority.
    EXPECT_EQ(error_of(bad), custom(2006));
    bad = good;
    bad.accounts[8].pubkey = test_key(80);
    EXPECT_EQ(error_of(bad), custom(2012));
    bad = good;
    bad.accounts[5].pubkey = middle;  // Destination mint.
    EXPECT_EQ(error_of(bad), custom(6025));
    bad = good;
    bad.accounts.pop_back();
    EXPECT_EQ(error_of(bad), custom(6008));
    bad = good;
    bad.data[12] = 17;  // Whirlpool: not on this chain.
    EXPECT_EQ(error_of(bad), custom(6016));
    bad = good;
    bad.data[8] = 0;
    EXPECT_EQ(error_of(bad), custom(6000));
    const std::vector<JupiterStep> steps{first_hop(), second_hop()};
    EXPECT_EQ(
        error_of(jupiter_route({user(), user_sol, user_last, last, 2'000'000'001, 1, 0}, steps)),
        custom(6024));
}

TEST_F(JupiterTest, TheSecondFormDeliversTheSameAndItsFeeComesOffWhatTheMinimumSees) {
    const std::vector<JupiterStep> steps{first_hop(), second_hop()};
    const Pubkey taker = create_token_account(chain, test_key(90), last, TokenAmount{0});
    JupiterRoute asked{user(), user_sol,       user_last, last,
                       kSpend, expected_out(), 0,         solana::kWrappedSolMint};
    EXPECT_EQ(error_of(jupiter_route_v2(asked, steps)), "null");
    asked.quoted_out_amount += 1;
    EXPECT_EQ(error_of(jupiter_route_v2(asked, steps)), custom(6001));
    // 1 % of what came out, floored, goes to whoever takes it.
    const std::uint64_t fee = expected_out() / 100;
    asked.platform_fee_bps = 100;
    asked.platform_fee_account = taker;
    asked.quoted_out_amount = expected_out() - fee + 1;
    EXPECT_EQ(error_of(jupiter_route_v2(asked, steps)), custom(6001));
    asked.quoted_out_amount = expected_out() - fee;
    const auto* receipt = land({jupiter_route_v2(asked, steps)});
    ASSERT_EQ(receipt->error_json, "null") << receipt->logs.back();
    EXPECT_EQ(tokens(user_last), expected_out() - fee);
    EXPECT_EQ(tokens(taker), fee);
    EXPECT_TRUE(has_line(receipt->logs, "Program log: Instruction: RouteV2"));
}

TEST_F(JupiterTest, TheSecondFormChecksTheMintsAndProgramsThatItNames) {
    const std::vector<JupiterStep> steps{first_hop(), second_hop()};
    const auto good = jupiter_route_v2(
        {user(), user_sol, user_last, last, kSpend, 1, 0, solana::kWrappedSolMint}, steps);
    ASSERT_EQ(error_of(good), "null");
    auto bad = good;
    bad.accounts[3].pubkey = middle;
    EXPECT_EQ(error_of(bad), custom(6025));
    bad = good;
    bad.accounts[4].pubkey = middle;
    EXPECT_EQ(error_of(bad), custom(6025));
    for (const std::size_t program : {5, 6}) {
        bad = good;
        bad.accounts[program].pubkey = solana::kToken2022Program;
        EXPECT_EQ(error_of(bad), custom(6014));
    }
    bad = good;
    bad.accounts[8].pubkey = test_key(80);
    EXPECT_EQ(error_of(bad), custom(2006));
    bad = good;
    bad.data[28] = 1;  // A share of the surplus.
    EXPECT_EQ(error_of(bad), custom(6016));
    bad = good;
    bad.data.pop_back();
    EXPECT_EQ(error_of(bad), custom(102));
}

TEST_F(JupiterTest, ForeignEventsAreRefused) {
    solana::Instruction forged{solana::kJupiterV6Program,
                               {solana::signer(user())},
                               {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d}};
    EXPECT_EQ(error_of(forged), custom(2006));
}

TEST_F(JupiterTest, ExactOutRouteReceivesExactlyAndBoundsTheInput) {
    const auto step = first_hop();
    const auto build = [&](std::uint64_t out, std::uint64_t quoted_in, std::uint16_t slippage) {
        const Pubkey& program = solana::kJupiterV6Program;
        solana::Instruction instruction{
            program,
            {solana::readonly(solana::kTokenProgram), solana::signer(user()),
             solana::writable(user_sol), solana::writable(user_middle), solana::readonly(program),
             solana::readonly(solana::kWrappedSolMint), solana::readonly(middle),
             solana::readonly(program), solana::readonly(program),
             solana::readonly(
                 solana::find_program_address({solana::seed("__event_authority")}, program)
                     .address),
             solana::readonly(program), solana::readonly(solana::kRaydiumCpmmProgram)},
            {0xd0, 0x33, 0xef, 0x97, 0x7b, 0x2b, 0xed, 0x5c, 1, 0, 0, 0, 46, 100, 0, 1}};
        instruction.accounts.insert(instruction.accounts.end(), step.swap.accounts.begin(),
                                    step.swap.accounts.end());
        append_le(instruction.data, out);
        append_le(instruction.data, quoted_in);
        append_le(instruction.data, slippage);
        append_le(instruction.data, std::uint8_t{0});
        return instruction;
    };
    const std::uint64_t out = 50'000'000;
    const u128 n = (static_cast<u128>(out) * 500'000'000'000 + (70'000'000'000 - out) - 1) /
                   (70'000'000'000 - out);
    const auto in = static_cast<std::uint64_t>((n * 1'000'000 + 997'499) / 997'500);
    EXPECT_EQ(error_of(build(out, in - 1, 0)), custom(6001));
    ASSERT_EQ(land({build(out, in, 0)})->error_json, "null");
    EXPECT_EQ(tokens(user_middle), out);
    EXPECT_EQ(tokens(user_sol), 2'000'000'000 - in);
}

}  // namespace
}  // namespace sniperforge::sim
