// SPDX-License-Identifier: MIT
// AMM v4 through the chain: the vectors in all account forms, status, profit owed, logs.
#include "sniperforge/core/base64.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

using test::number;

class AmmV4Test : public ChainTest {
 protected:
    struct Setup {
        std::uint64_t coin = 1'000'000'000, pc = 2'000'000'000;
        std::uint64_t owed_coin = 0, owed_pc = 0;
        std::uint64_t status = 6;
        std::int64_t open_time = 0;
        std::uint64_t user_tokens = 1'000'000'000'000'000'000;
    };
    AmmV4PoolAddresses build(const Setup& setup) {
        create_mint(chain, coin_mint, {.decimals = 9});
        create_mint(chain, pc_mint, {.decimals = 6});
        AmmV4PoolOptions options{test_key(60), coin_mint, pc_mint, TokenAmount{setup.coin},
                                 TokenAmount{setup.pc}};
        options.status = setup.status;
        options.open_time = setup.open_time;
        options.need_take_pnl_coin = TokenAmount{setup.owed_coin};
        options.need_take_pnl_pc = TokenAmount{setup.owed_pc};
        user_coin = create_token_account(chain, user(), coin_mint, TokenAmount{setup.user_tokens});
        user_pc = create_token_account(chain, user(), pc_mint, TokenAmount{setup.user_tokens});
        return create_amm_v4_pool(chain, options);
    }
    [[nodiscard]] Pubkey user() const { return wallet.public_key(); }
    [[nodiscard]] SwapParties parties(bool is_coin_in) const {
        return is_coin_in ? SwapParties{user(), user_coin, user_pc}
                          : SwapParties{user(), user_pc, user_coin};
    }
    std::string error_of(const solana::Instruction& instruction) {
        return chain.simulate(signed_wire({instruction}), true, false, {})->error_json;
    }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }

    Pubkey coin_mint = test_key(31), pc_mint = test_key(30);
    Pubkey user_coin, user_pc;
};

// The 18-account form: target_orders after open_orders.
solana::Instruction with_target_orders(const AmmV4PoolAddresses& pool, solana::Instruction swap) {
    swap.accounts.insert(swap.accounts.begin() + 4, solana::writable(pool.target_orders));
    return swap;
}

TEST_F(AmmV4Test, EveryVectorExecutesExactlyInAllAccountForms) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "raydium_amm_v4_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        const bool is_base_in = std::string_view{vector["kind"]} == "base_in";
        const bool is_coin_in = std::string_view{vector["direction"]} == "2";
        const std::uint64_t in = number(vector, "amount_in");
        const std::uint64_t out = number(vector, "amount_out");
        ASSERT_EQ(number(vector, "swap_fee_numerator"), 25U);
        const Setup setup{number(vector, "coin"), number(vector, "pc"), 111, 222};
        for (const int form : {17, 18, 8}) {
            SCOPED_TRACE(testing::Message() << "case " << cases << " form " << form);
            const auto pool = build(setup);
            const auto swap = [&](std::uint64_t amount_in, std::uint64_t amount_out) {
                const auto who = parties(is_coin_in);
                if (form == 8) {
                    return is_base_in ? amm_v4_swap_in_v2(pool, amount_in, amount_out, who)
                                      : amm_v4_swap_out_v2(pool, amount_in, amount_out, who);
                }
                auto built = is_base_in ? amm_v4_swap_in(pool, amount_in, amount_out, who)
                                        : amm_v4_swap_out(pool, amount_in, amount_out, who);
                return form == 17 ? built : with_target_orders(pool, built);
            };
            const auto strict = chain.execute_unsigned(
                user(), {is_base_in ? swap(in, out + 1) : swap(in - 1, out)});
            ASSERT_FALSE(strict.has_value());
            EXPECT_NE(strict.error().text.find("0x1e"), std::string::npos);
            const auto done = chain.execute_unsigned(user(), {swap(in, out)});
            ASSERT_TRUE(done.has_value()) << done.error().text;
            const std::uint64_t coin_now = tokens(pool.coin_vault);
            const std::uint64_t pc_now = tokens(pool.pc_vault);
            EXPECT_EQ(coin_now, is_coin_in ? setup.coin + 111 + in : setup.coin + 111 - out);
            EXPECT_EQ(pc_now, is_coin_in ? setup.pc + 222 - out : setup.pc + 222 + in);
            EXPECT_EQ(u64_of(pool.pool, is_coin_in ? 256 : 296), in);
            EXPECT_EQ(u64_of(pool.pool, is_coin_in ? 272 : 312), out);
            if (is_base_in) {
                EXPECT_EQ(u64_of(pool.pool, is_coin_in ? 328 : 288), number(vector, "fee"));
            }
        }
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

TEST_F(AmmV4Test, RecordedSwapHasTheRecordedLog) {
    // A mainnet swap of 263,096,902: ray_log and reserves are the recorded ones, tokens too.
    const auto pool = build({2'312'096'110'062'859ULL, 7'528'592'786'224ULL});
    // Direction 1: pc in. The recorded user held exactly what he paid.
    Account account = *chain.account(user_pc);
    write_le(account.data, 64, std::uint64_t{1'500'000'000});
    chain.put_account(user_pc, account);
    const Bytes recorded = *base64_decode(
        "AwAvaFkAAAAAZpT64q4KAAABAAAAAAAAAAAvaFkAAAAAC6WNb9GhHwAwY7HaBgEAAPUET9y3CgAA");
    ByteReader reader{recorded};
    EXPECT_EQ(reader.read<std::uint8_t>(), 3);
    const auto in = reader.read<std::uint64_t>();
    const auto out_min = reader.read<std::uint64_t>();
    EXPECT_EQ(reader.read<std::uint64_t>(), 1U);
    EXPECT_EQ(reader.read<std::uint64_t>(), 1'500'000'000U);
    const auto coin = reader.read<std::uint64_t>();
    const auto pc = reader.read<std::uint64_t>();
    const auto out = reader.read<std::uint64_t>();
    write_u64(pool.coin_vault, 64, coin);
    write_u64(pool.pc_vault, 64, pc);
    const auto* receipt = land({amm_v4_swap_in(pool, in, out_min, parties(false))});
    ASSERT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(user_coin), 1'000'000'000'000'000'000 + out);
    EXPECT_TRUE(has_line(receipt->logs,
                         "Program log: ray_log: "
                         "AwAvaFkAAAAAZpT64q4KAAABAAAAAAAAAAAvaFkAAAAAC6WNb9GhHwAwY7HaBgEAAPUET9y3"
                         "CgAA"));
    // Recorded: 31,140 units of which the first transfer took 91 more than the second.
    EXPECT_TRUE(has_line(receipt->logs, "consumed 31049 of 200000 compute units"));
}

TEST_F(AmmV4Test, StatusDecidesAndWaitingPoolOpensItselfOnTime) {
    const auto error_in = [&](std::uint64_t status, std::int64_t open_time) {
        const auto pool = build({.status = status, .open_time = open_time});
        return error_of(amm_v4_swap_in_v2(pool, 1'000'000, 1, parties(true)));
    };
    const std::int64_t now = chain.slot_time().seconds();
    for (const std::uint64_t status : {0U, 2U, 3U, 4U, 5U}) {
        EXPECT_EQ(error_in(status, 0), custom(22)) << status;
    }
    EXPECT_EQ(error_in(1, 0), "null");
    EXPECT_EQ(error_in(6, now + 100), "null");
    EXPECT_EQ(error_in(7, now + 1), custom(22));
    EXPECT_EQ(error_in(7, now), "null");
    const auto pool = build({.status = 7, .open_time = now});
    ASSERT_EQ(land({amm_v4_swap_in_v2(pool, 1'000'000, 1, parties(true))})->error_json, "null");
    EXPECT_EQ(u64_of(pool.pool, 0), 6U);
}

TEST_F(AmmV4Test, AccountsAreChecked) {
    const auto pool = build({});
    const auto good = amm_v4_swap_in_v2(pool, 1'000'000, 1, parties(true));
    const auto error_with = [&](std::size_t index, const Pubkey& key) {
        auto bad = good;
        bad.accounts[index].pubkey = key;
        return error_of(bad);
    };
    EXPECT_EQ(error_of(good), "null");
    EXPECT_EQ(error_with(0, solana::kToken2022Program), custom(38));
    EXPECT_EQ(error_with(1, coin_mint), R"({"InstructionError":[0,"IncorrectProgramId"]})");
    EXPECT_EQ(error_with(2, test_key(80)), custom(1));
    EXPECT_EQ(error_with(3, user_coin), custom(4));
    EXPECT_EQ(error_with(4, user_pc), custom(5));
    EXPECT_EQ(error_with(5, test_key(80)), custom(42));
    EXPECT_EQ(error_with(6, user_coin), custom(42));  // Both sides are the coin.
    auto unsigned_user = good;
    unsigned_user.accounts[7].pubkey = test_key(80);
    unsigned_user.accounts[7].is_signer = false;
    EXPECT_EQ(error_of(unsigned_user), custom(21));
    auto old_form = amm_v4_swap_in(pool, 1'000'000, 1, parties(true));
    old_form.accounts.pop_back();
    EXPECT_EQ(error_of(old_form), custom(24));
}

TEST_F(AmmV4Test, MoreThanTheUserOrThePoolHasIsRefused) {
    const auto pool = build({.user_tokens = 1'000'000});
    EXPECT_EQ(error_of(amm_v4_swap_in_v2(pool, 1'000'001, 1, parties(true))), custom(40));
    EXPECT_EQ(error_of(amm_v4_swap_in_v2(pool, 1'000'000, 1, parties(true))), "null");
    EXPECT_EQ(error_of(amm_v4_swap_out_v2(pool, kU64Max, 2'000'000'000, parties(true))),
              custom(40));
    EXPECT_EQ(error_of(amm_v4_swap_in_v2(pool, 0, 0, parties(true))), custom(29));
}

TEST_F(AmmV4Test, AuthorityIsTheDocumentedOne) {
    EXPECT_EQ(build({}).authority.to_string(), "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1");
}

}  // namespace
}  // namespace sniperforge::sim
