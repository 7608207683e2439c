// SPDX-License-Identifier: MIT
// CPMM through the chain: the vectors, account checks, slippage, fees, launch and rug.
#include "sniperforge/core/base64.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

using test::number;

// Offsets of the fees that the pool owes, sides 0 and 1.
constexpr std::size_t kProtocol[] = {341, 349}, kFund[] = {357, 365}, kCreator[] = {397, 405};

class CpmmTest : public ChainTest {
 protected:
    struct Setup {
        std::uint64_t reserve_0 = 1'000'000'000, reserve_1 = 2'000'000'000;
        CpmmConfigOptions config{};
        std::uint8_t creator_fee_on = 0;
        bool is_creator_fee_enabled = false;
        std::uint64_t owed = 0;  // Of each kind of fee on each side, on top of the reserves.
        std::uint64_t user_tokens = 1'000'000'000'000'000'000;
    };
    CpmmPoolAddresses build(const Setup& setup) {
        create_mint(chain, mint_0, {.decimals = 9});
        create_mint(chain, mint_1, {.decimals = 6});
        const Pubkey config = create_cpmm_config(chain, setup.config);
        CpmmPoolOptions options{config, mint_0, mint_1,
                                TokenAmount{setup.reserve_0 + 3 * setup.owed},
                                TokenAmount{setup.reserve_1 + 3 * setup.owed}};
        options.creator = test_key(70);
        options.creator_fee_on = setup.creator_fee_on;
        options.is_creator_fee_enabled = setup.is_creator_fee_enabled;
        const auto pool = create_cpmm_pool(chain, options);
        for (const std::size_t side : {0U, 1U}) {
            write_u64(pool.pool, kProtocol[side], setup.owed);
            write_u64(pool.pool, kFund[side], setup.owed);
            write_u64(pool.pool, kCreator[side], setup.owed);
        }
        user_0 = create_token_account(chain, user(), mint_0, TokenAmount{setup.user_tokens});
        user_1 = create_token_account(chain, user(), mint_1, TokenAmount{setup.user_tokens});
        return pool;
    }
    [[nodiscard]] Pubkey user() const { return wallet.public_key(); }
    [[nodiscard]] SwapParties parties(bool is_0_to_1) const {
        return is_0_to_1 ? SwapParties{user(), user_0, user_1}
                         : SwapParties{user(), user_1, user_0};
    }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }

    Pubkey mint_0 = test_key(30), mint_1 = test_key(31);
    Pubkey user_0, user_1;
};

struct Expected {
    std::uint64_t in = 0, out = 0, protocol = 0, fund = 0, creator = 0;
};

class CpmmVectorTest : public CpmmTest {
 protected:
    // Executes one swap in one direction and compares vaults, balances and accrued fees.
    void check(const Setup& setup, bool is_0_to_1, bool is_base_input, const Expected& expected) {
        const auto pool = build(setup);
        const auto instruction =
            is_base_input
                ? cpmm_swap_in(pool, is_0_to_1, expected.in, expected.out, parties(is_0_to_1))
                : cpmm_swap_out(pool, is_0_to_1, expected.in, expected.out, parties(is_0_to_1));
        const std::uint64_t vault_0 = tokens(pool.vault_0);
        const std::uint64_t vault_1 = tokens(pool.vault_1);
        const auto done = chain.execute_unsigned(user(), {instruction});
        ASSERT_TRUE(done.has_value()) << done.error().text;
        const std::uint64_t in_now = tokens(is_0_to_1 ? pool.vault_0 : pool.vault_1);
        const std::uint64_t out_now = tokens(is_0_to_1 ? pool.vault_1 : pool.vault_0);
        EXPECT_EQ(in_now - (is_0_to_1 ? vault_0 : vault_1), expected.in);
        EXPECT_EQ((is_0_to_1 ? vault_1 : vault_0) - out_now, expected.out);
        EXPECT_EQ(setup.user_tokens - tokens(is_0_to_1 ? user_0 : user_1), expected.in);
        EXPECT_EQ(tokens(is_0_to_1 ? user_1 : user_0) - setup.user_tokens, expected.out);
        const std::size_t side = is_0_to_1 ? 0 : 1;
        EXPECT_EQ(u64_of(pool.pool, kProtocol[side]) - setup.owed, expected.protocol);
        EXPECT_EQ(u64_of(pool.pool, kFund[side]) - setup.owed, expected.fund);
        EXPECT_EQ(u64_of(pool.pool, kProtocol[1 - side]), setup.owed);
        const bool on_input = setup.creator_fee_on == 0 || (setup.creator_fee_on == 1) == is_0_to_1;
        const std::size_t creator_side = on_input ? side : 1 - side;
        EXPECT_EQ(u64_of(pool.pool, kCreator[creator_side]) - setup.owed, expected.creator);
        EXPECT_EQ(u64_of(pool.pool, kCreator[1 - creator_side]), setup.owed);
        // One base unit stricter fails with the slippage error.
        build(setup);
        const auto strict =
            is_base_input
                ? cpmm_swap_in(pool, is_0_to_1, expected.in, expected.out + 1, parties(is_0_to_1))
                : cpmm_swap_out(pool, is_0_to_1, expected.in - 1, expected.out, parties(is_0_to_1));
        const auto refused = chain.execute_unsigned(user(), {strict});
        ASSERT_FALSE(refused.has_value());
        EXPECT_NE(refused.error().text.find("0x1775"), std::string::npos) << refused.error().text;
    }
};

TEST_F(CpmmVectorTest, EveryVectorExecutesExactlyInBothDirections) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "raydium_cpmm_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        const bool is_base_input = std::string_view{vector["kind"]} == "base_input";
        const bool on_input = bool{vector["creator_fee_on_input"]};
        const auto expected = vector["expected"].value();
        const Expected wanted{
            is_base_input ? number(vector, "amount_in") : number(expected, "amount_in"),
            is_base_input ? number(expected, "amount_out") : number(vector, "amount_out"),
            number(expected, "protocol_fee"), number(expected, "fund_fee"),
            number(expected, "creator_fee")};
        for (const bool is_0_to_1 : {true, false}) {
            Setup setup;
            const std::uint64_t in = number(vector, "input_vault");
            const std::uint64_t out = number(vector, "output_vault");
            setup.reserve_0 = is_0_to_1 ? in : out;
            setup.reserve_1 = is_0_to_1 ? out : in;
            setup.config.trade_fee_rate = number(vector, "trade_fee_rate");
            setup.config.creator_fee_rate = number(vector, "creator_fee_rate");
            setup.config.protocol_fee_rate = number(vector, "protocol_fee_rate");
            setup.config.fund_fee_rate = number(vector, "fund_fee_rate");
            setup.is_creator_fee_enabled = true;
            // 1 is "only token 0": on the input of 0 to 1, on the output of 1 to 0.
            setup.creator_fee_on = on_input == is_0_to_1 ? 1 : 2;
            setup.owed = 12'345;
            SCOPED_TRACE(testing::Message() << "case " << cases << " 0 to 1 " << is_0_to_1);
            check(setup, is_0_to_1, is_base_input, wanted);
        }
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

TEST_F(CpmmVectorTest, RecordedPoolQuotesExecuteExactly) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "raydium_cpmm_quotes.json"};
    const auto real = file.root()["real_pool"].value();
    std::size_t cases = 0;
    for (const auto quote : simdjson::dom::array{real["quotes"]}) {
        Setup setup;
        setup.reserve_0 = number(real, "net_token_0");
        setup.reserve_1 = number(real, "net_token_1");
        setup.owed = 777;
        check(setup, bool{quote["zero_for_one"]}, true,
              {number(quote, "amount_in"), number(quote, "amount_out"),
               number(quote, "protocol_fee"), number(quote, "fund_fee"), 0});
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

TEST_F(CpmmTest, SwapEventHasTheLongForm) {
    const auto pool = build({.owed = 5});
    const auto* receipt = land({cpmm_swap_in(pool, true, 1'000'000, 1, parties(true))});
    ASSERT_EQ(receipt->error_json, "null");
    Bytes event;
    for (const auto& line : receipt->logs) {
        if (line.starts_with("Program data: ")) {
            event = *base64_decode(std::string_view{line}.substr(14));
        }
    }
    ByteReader reader{event};
    EXPECT_EQ(reader.read<std::uint64_t>(), 0xe2710826e8cdc640ULL);
    EXPECT_EQ(reader.read_key<Pubkey>(), pool.pool);
    EXPECT_EQ(reader.read<std::uint64_t>(), 1'000'000'000U);  // Net of the fees owed.
    EXPECT_EQ(reader.read<std::uint64_t>(), 2'000'000'000U);
    EXPECT_EQ(reader.read<std::uint64_t>(), 1'000'000U);
    const std::uint64_t out = 997'500ULL * 2'000'000'000 / (1'000'000'000 + 997'500);
    EXPECT_EQ(reader.read<std::uint64_t>(), out);
    EXPECT_EQ(reader.read<std::uint64_t>(), 0U);
    EXPECT_EQ(reader.read<std::uint64_t>(), 0U);
    EXPECT_EQ(reader.read<std::uint8_t>(), 1);
    EXPECT_EQ(reader.read_key<Pubkey>(), mint_0);
    EXPECT_EQ(reader.read_key<Pubkey>(), mint_1);
    EXPECT_EQ(reader.read<std::uint64_t>(), 2'500U);
    EXPECT_EQ(reader.read<std::uint64_t>(), 0U);
    EXPECT_EQ(reader.read<std::uint8_t>(), 1);
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_EQ(receipt->inner_instructions.at(0).instructions.size(), 2U);
}

TEST_F(CpmmTest, EveryAccountIsChecked) {
    const auto pool = build({});
    const auto good = cpmm_swap_in(pool, true, 1'000'000, 1, parties(true));
    const auto error_with = [&](std::size_t index, const Pubkey& key) {
        auto bad = good;
        bad.accounts[index].pubkey = key;
        return chain.simulate(signed_wire({bad}), true, false, {})->error_json;
    };
    EXPECT_EQ(error_with(1, test_key(80)), custom(2006));  // Authority.
    EXPECT_EQ(error_with(2, test_key(80)), custom(3007));  // Config of another program.
    EXPECT_EQ(error_with(2, create_cpmm_config(chain, {.index = 5})), custom(2012));
    EXPECT_EQ(error_with(3, mint_0), custom(3007));  // Pool.
    EXPECT_EQ(error_with(3, pool.observation), custom(3002));
    EXPECT_EQ(error_with(4, test_key(80)), custom(3012));  // No such token account.
    EXPECT_EQ(error_with(6, user_0), custom(2003));        // Vaults.
    EXPECT_EQ(error_with(7, user_1), custom(2003));
    EXPECT_EQ(error_with(7, pool.vault_0), custom(2012));  // Its mint is not the named one.
    EXPECT_EQ(error_with(8, solana::kMemoProgram), custom(3008));
    EXPECT_EQ(error_with(10, mint_1), custom(2012));
    EXPECT_EQ(error_with(12, pool.amm_config), custom(2012));  // Observation.
    auto short_list = good;
    short_list.accounts.pop_back();
    EXPECT_EQ(chain.simulate(signed_wire({short_list}), true, false, {})->error_json, custom(3005));
    auto readonly_pool = good;
    readonly_pool.accounts[3].is_writable = false;
    EXPECT_EQ(chain.simulate(signed_wire({readonly_pool}), true, false, {})->error_json,
              custom(2000));
    EXPECT_EQ(chain.simulate(signed_wire({good}), true, false, {})->error_json, "null");
}

TEST_F(CpmmTest, StatusBitAndOpenTimeForbid) {
    const auto pool = build({});
    const auto swap = cpmm_swap_in(pool, true, 1'000'000, 1, parties(true));
    const auto error = [&] {
        return chain.simulate(signed_wire({swap}), true, false, {})->error_json;
    };
    const auto now = static_cast<std::uint64_t>(chain.slot_time().seconds());
    write_u64(pool.pool, 373, now + 1);
    EXPECT_EQ(error(), custom(6000));
    write_u64(pool.pool, 373, now);
    EXPECT_EQ(error(), "null");
    Account account = *chain.account(pool.pool);
    account.data[329] = 3;  // Deposits and withdrawals are off, swaps are not.
    chain.put_account(pool.pool, account);
    EXPECT_EQ(error(), "null");
    account.data[329] = 4;
    chain.put_account(pool.pool, account);
    EXPECT_EQ(error(), custom(6000));
}

TEST_F(CpmmTest, DustThatBuysNothingFails) {
    const auto pool = build({.reserve_0 = 1'000'000'000'000, .reserve_1 = 1'000});
    const auto error = [&](std::uint64_t in) {
        return chain
            .simulate(signed_wire({cpmm_swap_in(pool, true, in, 0, parties(true))}), true, false,
                      {})
            ->error_json;
    };
    EXPECT_EQ(error(0), custom(2500));
    EXPECT_EQ(error(1'000), custom(6006));
}

TEST_F(CpmmTest, LaunchTradesAndRugEndToEnd) {
    build({.user_tokens = 5'000'000'000});
    const Pubkey config = create_cpmm_config(chain, {.index = 3, .create_pool_fee = 150'000'000});
    const auto pool = cpmm_pool_addresses(chain, config, mint_1, mint_0);
    EXPECT_EQ(pool.mint_0, mint_0);
    const Pubkey fee_account =
        create_token_account(chain, test_key(71), solana::kWrappedSolMint, TokenAmount{0});
    CpmmInitialize launch{user(), user_0, user_1, fee_account};
    launch.amount_0 = 1'000'000'000;
    launch.amount_1 = 4'000'000'000;
    const auto* created = land({cpmm_initialize(pool, launch)});
    ASSERT_EQ(created->error_json, "null") << created->logs.back();
    EXPECT_EQ(tokens(pool.vault_0), 1'000'000'000U);
    EXPECT_EQ(tokens(pool.vault_1), 4'000'000'000U);
    EXPECT_EQ(tokens(fee_account), 150'000'000U);
    EXPECT_EQ(chain.account(pool.pool)->data.size(), 637U);
    EXPECT_EQ(u64_of(pool.pool, 333), 2'000'000'000U);  // LP supply: sqrt of the product.
    EXPECT_EQ(u64_of(pool.lp_mint, 36), 1'999'999'900U);
    const auto opened = static_cast<std::uint64_t>(created->block_time.seconds()) + 1;
    EXPECT_EQ(u64_of(pool.pool, 373), opened);
    // A second initialisation finds the addresses taken.
    EXPECT_TRUE(land({cpmm_initialize(pool, launch)})->is_failed());
    while (static_cast<std::uint64_t>(chain.slot_time().seconds()) < opened) {
        chain.advance_slot();
    }
    EXPECT_EQ(land({cpmm_swap_in(pool, true, 1'000'000, 1, parties(true))})->error_json, "null");

    const Pubkey lp = solana::associated_token_address(user(), pool.lp_mint, solana::kTokenProgram);
    CpmmWithdraw rug{user(), lp, user_0, user_1};
    rug.lp_amount = tokens(lp);
    const std::uint64_t net_0 =
        tokens(pool.vault_0) - u64_of(pool.pool, kProtocol[0]) - u64_of(pool.pool, kFund[0]);
    const auto share = static_cast<std::uint64_t>(static_cast<u128>(rug.lp_amount) * net_0 /
                                                  u64_of(pool.pool, 333));
    const std::uint64_t before = tokens(user_0);
    rug.amount_0_min = share + 1;
    EXPECT_EQ(land({cpmm_withdraw(pool, rug)})->error_json, custom(6005));
    rug.amount_0_min = share;
    const auto* drained = land({cpmm_withdraw(pool, rug)});
    ASSERT_EQ(drained->error_json, "null") << drained->logs.back();
    EXPECT_EQ(tokens(user_0) - before, share);
    EXPECT_EQ(u64_of(pool.pool, 333), 100U);
    EXPECT_EQ(tokens(lp), 0U);
}

TEST_F(CpmmTest, RealPoolAddressesAreDerivedAsDocumented) {
    EXPECT_EQ(cpmm_pool_addresses(chain, create_cpmm_config(chain, {}), solana::kWrappedSolMint,
                                  solana::kWrappedSolMint)
                  .authority.to_string(),
              "GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL");
    EXPECT_EQ(create_cpmm_config(chain, {}).to_string(),
              "D4FPEruKEHrG5TenZ2mpDGEfu1iUvTiqBxvpU8HLBvC2");
}

}  // namespace
}  // namespace sniperforge::sim
