// SPDX-License-Identifier: MIT
// Orca Whirlpool through the chain: the vectors of the vendor's core and of the program's own
// tests, adaptive fees, crossings in arrays of both kinds, account checks.
#include "sniperforge/sim/whirlpool.hpp"

#include <algorithm>

#include "sim/program_whirlpool_math.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

std::uint64_t number(simdjson::dom::element object, const char* name) {
    return std::stoull(std::string{std::string_view{object[name]}});
}
i128 wide(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    i128 value = 0;
    for (const char digit : text.substr(is_negative ? 1 : 0)) {
        value = value * 10 + (digit - '0');
    }
    return is_negative ? -value : value;
}
i128 wide(simdjson::dom::element object, const char* name) {
    return wide(std::string_view{object[name]});
}
std::int32_t tick_of(simdjson::dom::element object, const char* name) {
    return static_cast<std::int32_t>(std::int64_t{object[name]});
}

// Offsets of the pool account.
constexpr std::size_t kLiquidity = 49, kSqrtPrice = 65, kTick = 81, kOwedA = 85, kOwedB = 93,
                      kGrowthA = 165, kGrowthB = 245;

class WhirlpoolTest : public ChainTest {
 protected:
    explicit WhirlpoolTest(const ChainOptions& options = plain_options()) : ChainTest{options} {}

    Whirlpool build(WhirlpoolOptions options, std::uint64_t user_tokens = kMany) {
        create_mint(chain, mint_a, {.decimals = 9});
        create_mint(chain, mint_b, {.decimals = 6});
        options.mint_a = mint_a;
        options.mint_b = mint_b;
        if (options.amount_a.is_zero() && options.amount_b.is_zero()) {
            options.amount_a = TokenAmount{kMany};
            options.amount_b = TokenAmount{kMany};
        }
        const auto pool = create_whirlpool(chain, options);
        user_a = create_token_account(chain, user(), mint_a, TokenAmount{user_tokens});
        user_b = create_token_account(chain, user(), mint_b, TokenAmount{user_tokens});
        return pool;
    }
    [[nodiscard]] Pubkey user() const { return wallet.public_key(); }
    [[nodiscard]] SwapParties parties(bool is_a_to_b) const {
        return is_a_to_b ? SwapParties{user(), user_a, user_b}
                         : SwapParties{user(), user_b, user_a};
    }
    [[nodiscard]] solana::Instruction swap(const Whirlpool& pool, const WhirlpoolSwap& wanted,
                                           bool is_v2) const {
        return whirlpool_swap(chain, pool, wanted, parties(wanted.is_a_to_b), is_v2);
    }
    [[nodiscard]] u128 u128_of(const Pubkey& key, std::size_t offset) const {
        return read_le<u128>(chain.account(key)->data, offset);
    }
    [[nodiscard]] std::int32_t tick(const Whirlpool& pool) const {
        return read_le<std::int32_t>(chain.account(pool.pool)->data, kTick);
    }
    static std::string custom(unsigned code) {
        return "{\"InstructionError\":[0,{\"Custom\":" + std::to_string(code) + "}]}";
    }
    [[nodiscard]] std::string error_of(const solana::Instruction& instruction) {
        return chain.simulate(signed_wire({instruction}), true, false, {})->error_json;
    }
    // Executes the swap and compares what user and vaults gain and lose.
    void check(const Whirlpool& pool, const WhirlpoolSwap& wanted, std::uint64_t in,
               std::uint64_t out, bool is_v2) {
        const std::uint64_t before[] = {tokens(user_a), tokens(user_b), tokens(pool.vault_a),
                                        tokens(pool.vault_b)};
        WhirlpoolSwap exact = wanted;
        exact.threshold = wanted.is_exact_in ? out : in;
        WhirlpoolSwap strict = exact;
        strict.threshold += wanted.is_exact_in ? 1 : std::uint64_t(-1);
        if (wanted.is_exact_in || in > 0) {
            EXPECT_EQ(error_of(swap(pool, strict, is_v2)),
                      custom(wanted.is_exact_in ? 6036 : 6037));
        }
        const auto done = chain.execute_unsigned(user(), {swap(pool, exact, is_v2)});
        ASSERT_TRUE(done.has_value()) << done.error().text;
        const bool is_a = wanted.is_a_to_b;
        EXPECT_EQ(is_a ? before[0] - tokens(user_a) : before[1] - tokens(user_b), in);
        EXPECT_EQ(is_a ? tokens(user_b) - before[1] : tokens(user_a) - before[0], out);
        EXPECT_EQ(is_a ? tokens(pool.vault_a) - before[2] : tokens(pool.vault_b) - before[3], in);
        EXPECT_EQ(is_a ? before[3] - tokens(pool.vault_b) : before[2] - tokens(pool.vault_a), out);
    }

    static constexpr std::uint64_t kMany = 4'000'000'000'000'000'000;
    const Pubkey mint_a = test_key(30), mint_b = test_key(31);
    Pubkey user_a, user_b;
};

TEST(WhirlpoolMath, PricesOfTicksAreTheVendors) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "orca_whirlpool_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["tick_math"]}) {
        const std::int32_t tick = tick_of(vector, "tick");
        const u128 price = static_cast<u128>(wide(vector, "sqrt_price"));
        EXPECT_TRUE(whirlpool::sqrt_price_of(tick) == price) << tick;
        EXPECT_EQ(whirlpool::tick_of(price), tick);
        if (tick > whirlpool::kTickMin) {
            EXPECT_EQ(whirlpool::tick_of(price - 1), tick - 1);
        }
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

// The program's own integration cases: amounts, and how the pool stands afterwards.
TEST_F(WhirlpoolTest, EveryCaseOfTheProgramsTestsExecutesExactly) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "orca_program_swap_cases.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        SCOPED_TRACE(testing::Message() << "case " << std::int64_t{vector["testId"]});
        const bool is_a_to_b = bool{vector["aToB"]};
        const bool is_in = bool{vector["amountIsInput"]};
        const std::int32_t start = tick_of(vector, "currTickIndex");
        const auto expected = vector["expectation"].value();
        const std::uint64_t a = number(expected, "amountA"), b = number(expected, "amountB");
        WhirlpoolOptions options;
        options.tick_spacing = static_cast<std::uint16_t>(std::int64_t{vector["tickSpacing"]});
        options.fee_rate = static_cast<std::uint16_t>(std::int64_t{vector["feeRate"]});
        options.protocol_fee_rate =
            static_cast<std::uint16_t>(std::int64_t{vector["protocolFeeRate"]});
        options.liquidity = static_cast<u128>(wide(vector, "liquidity"));
        options.sqrt_price = whirlpool::sqrt_price_of(start);
        // Up to all that 64 bits hold moves one way.
        options.amount_a = TokenAmount{is_a_to_b ? 0 : kU64Max};
        options.amount_b = TokenAmount{is_a_to_b ? kU64Max : 0};
        const auto pool = build(options, 0);
        create_token_account(chain, user(), is_a_to_b ? mint_a : mint_b, TokenAmount{kU64Max});
        const std::uint64_t in = is_a_to_b ? a : b, out = is_a_to_b ? b : a;
        const WhirlpoolSwap wanted{is_a_to_b, is_in, number(vector, "tradeAmount")};
        check(pool, wanted, in, out, cases % 2 == 0);
        EXPECT_EQ(tick(pool), tick_of(expected, "nextTickIndex"));
        EXPECT_TRUE(u128_of(pool.pool, kSqrtPrice) ==
                    static_cast<u128>(wide(expected, "nextSqrtPrice")));
        EXPECT_TRUE(u128_of(pool.pool, kLiquidity) ==
                    static_cast<u128>(wide(expected, "nextLiquidity")));
        EXPECT_TRUE(u128_of(pool.pool, is_a_to_b ? kGrowthA : kGrowthB) ==
                    static_cast<u128>(wide(expected, "nextFeeGrowthGlobal")));
        EXPECT_EQ(u64_of(pool.pool, is_a_to_b ? kOwedA : kOwedB),
                  number(expected, "nextProtocolFee"));
        EXPECT_EQ(u64_of(pool.pool, is_a_to_b ? kOwedB : kOwedA), 0U);
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

// Pools of several ranges, with fixed and adaptive fees, and five arrays around the price, as the
// vendor's core quotes them.
class WhirlpoolCoreTest : public ::testing::Test {
 protected:
    // A chain whose clock shows the time of the quote.
    class At : public WhirlpoolTest {
     public:
        explicit At(std::int64_t seconds) : WhirlpoolTest{options_at(seconds)} {}
        void TestBody() override {}
        void run(const WhirlpoolOptions& options, const WhirlpoolSwap& wanted, std::uint64_t in,
                 std::uint64_t out, std::uint64_t fee) {
            const auto pool = build(options);
            check(pool, wanted, in, out, true);
            // All fees together: what liquidity gets is in the growth, the protocol's part apart.
            const std::uint64_t owed = u64_of(pool.pool, wanted.is_a_to_b ? kOwedA : kOwedB);
            EXPECT_LE(owed, fee);
        }

     private:
        static ChainOptions options_at(std::int64_t seconds) {
            ChainOptions options = plain_options();
            options.first_slot_time = WallTime{seconds * 1'000'000'000};
            return options;
        }
    };
    static WhirlpoolOptions options_of(simdjson::dom::element vector) {
        WhirlpoolOptions options;
        options.tick_spacing = static_cast<std::uint16_t>(std::int64_t{vector["tick_spacing"]});
        options.fee_rate = static_cast<std::uint16_t>(std::int64_t{vector["fee_rate"]});
        options.liquidity = static_cast<u128>(wide(vector, "liquidity"));
        options.sqrt_price = static_cast<u128>(wide(vector, "sqrt_price"));
        for (const auto tick : simdjson::dom::array{vector["ticks"]}) {
            options.ticks.push_back({tick_of(tick, "tick"), wide(tick, "liquidity_net")});
        }
        simdjson::dom::element oracle = vector["oracle"];
        if (!oracle.is_null()) {
            options.oracle = oracle_of(oracle);
        }
        return options;
    }
    static WhirlpoolOracle oracle_of(simdjson::dom::element vector) {
        const auto constant = [&](const char* name) {
            return static_cast<std::uint32_t>(std::int64_t{vector["adaptiveFeeConstants"][name]});
        };
        const auto variables = vector["adaptiveFeeVariables"].value();
        WhirlpoolOracle oracle;
        oracle.trade_enable_time = number(vector, "tradeEnableTimestamp");
        oracle.filter_period = static_cast<std::uint16_t>(constant("filterPeriod"));
        oracle.decay_period = static_cast<std::uint16_t>(constant("decayPeriod"));
        oracle.reduction_factor = static_cast<std::uint16_t>(constant("reductionFactor"));
        oracle.control_factor = constant("adaptiveFeeControlFactor");
        oracle.max_volatility = constant("maxVolatilityAccumulator");
        oracle.tick_group_size = static_cast<std::uint16_t>(constant("tickGroupSize"));
        oracle.major_swap_ticks = static_cast<std::uint16_t>(constant("majorSwapThresholdTicks"));
        oracle.reference_time = number(variables, "lastReferenceUpdateTimestamp");
        oracle.major_swap_time = number(variables, "lastMajorSwapTimestamp");
        oracle.volatility_reference =
            static_cast<std::uint32_t>(std::int64_t{variables["volatilityReference"]});
        oracle.volatility =
            static_cast<std::uint32_t>(std::int64_t{variables["volatilityAccumulator"]});
        oracle.tick_group_reference = tick_of(variables, "tickGroupIndexReference");
        return oracle;
    }
};

TEST_F(WhirlpoolCoreTest, EveryQuoteOfTheVendorsCoreExecutesExactly) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "orca_whirlpool_quotes.json"};
    std::size_t cases = 0, pools = 0;
    for (const auto vector : simdjson::dom::array{file.root()["pools"]}) {
        WhirlpoolOptions options = options_of(vector);
        options.are_arrays_dynamic = pools++ % 2 == 1;
        for (const auto quote : simdjson::dom::array{vector["quotes"]}) {
            SCOPED_TRACE(testing::Message() << "pool " << pools << " quote " << cases);
            const bool is_in = std::string_view{quote["kind"]} == "exact_in";
            const auto result = quote["result"].value();
            At at{std::int64_t{quote["timestamp"]}};
            at.run(options, {bool{quote["a_to_b"]}, is_in, number(quote, "amount")},
                   number(result, is_in ? "tokenIn" : "tokenEstIn"),
                   number(result, is_in ? "tokenEstOut" : "tokenOut"), number(result, "tradeFee"));
            ++cases;
        }
    }
    EXPECT_GT(cases, 0U);
}

TEST_F(WhirlpoolTest, RecordedPoolQuotesExecuteExactly) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "orca_whirlpool_quotes.json"};
    std::size_t cases = 0;
    for (const auto quote : simdjson::dom::array{file.root()["real"]}) {
        const std::string name = std::string{std::string_view{quote["fixture"]}} + ".json";
        const test::JsonFile fixture{data / "fixtures" / "accounts" / "orca_whirlpool" / name};
        const auto fields = fixture.root()["expected"].value();
        WhirlpoolOptions options;
        options.tick_spacing = static_cast<std::uint16_t>(number(fields, "tick_spacing"));
        options.fee_rate = static_cast<std::uint16_t>(number(fields, "fee_rate"));
        options.protocol_fee_rate = static_cast<std::uint16_t>(number(fields, "protocol_fee_rate"));
        options.liquidity = static_cast<u128>(wide(fields, "liquidity"));
        options.sqrt_price = static_cast<u128>(wide(fields, "sqrt_price"));
        const auto result = quote["result"].value();
        check(build(options), {bool{quote["specified_token_a"]}, true, number(quote, "amount")},
              number(result, "tokenIn"), number(result, "tokenEstOut"), cases % 2 == 0);
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

// A price at tick 0, a range from -64 to 64 and one from 64 to 128.
WhirlpoolOptions two_ranges() {
    WhirlpoolOptions options;
    options.tick_spacing = 64;
    options.liquidity = 1'000'000'000;
    options.sqrt_price = u128{1} << 64;
    options.ticks = {{-64, 1'000'000'000}, {64, 500'000'000}, {128, -1'500'000'000}};
    return options;
}

TEST_F(WhirlpoolTest, ATickThatIsCrossedChangesLiquidityAndRemembersTheFeesOutside) {
    for (const bool is_dynamic : {false, true}) {
        WhirlpoolOptions options = two_ranges();
        options.are_arrays_dynamic = is_dynamic;
        const auto pool = build(options);
        const auto up = swap(pool, {false, true, 4'000'000}, true);
        const Pubkey array = up.accounts[11].pubkey;
        ASSERT_TRUE(chain.execute_unsigned(user(), {up}));
        EXPECT_GE(tick(pool), 64);
        EXPECT_TRUE(u128_of(pool.pool, kLiquidity) == u128{1'500'000'000});
        // Of the array that begins at 0: ticks 0 and 64. Growth a, then b, behind net and gross.
        const std::size_t at = is_dynamic ? 60 + 1 + 33 : 12 + 113 + 33;
        EXPECT_TRUE(u128_of(array, at) == 0);
        const u128 outside = u128_of(array, at + 16);
        EXPECT_TRUE(outside > 0 && outside < u128_of(pool.pool, kGrowthB));
        // Back over it: what was outside is inside again.
        ASSERT_TRUE(chain.execute_unsigned(user(), {swap(pool, {true, true, 4'000'000}, true)}));
        EXPECT_LT(tick(pool), 64);
        EXPECT_TRUE(u128_of(pool.pool, kLiquidity) == u128{1'000'000'000});
        EXPECT_TRUE(u128_of(array, at + 16) == u128_of(pool.pool, kGrowthB) - outside);
    }
}

TEST_F(WhirlpoolTest, ALimitStopsTheSwapAndTheRestStaysWithTheUser) {
    const auto pool = build(two_ranges());
    const std::uint64_t before = tokens(user_b);
    const u128 limit = whirlpool::sqrt_price_of(10);
    ASSERT_TRUE(chain.execute_unsigned(user(), {swap(pool, {false, true, kMany, 0, limit}, true)}));
    EXPECT_TRUE(u128_of(pool.pool, kSqrtPrice) == limit);
    EXPECT_GT(before - tokens(user_b), 500'000U);
    EXPECT_LT(before - tokens(user_b), 510'000U);
}

TEST_F(WhirlpoolTest, RefusalsHaveTheProgramsCodes) {
    const auto pool = build(two_ranges());
    const auto error = [&](const WhirlpoolSwap& wanted) {
        return error_of(swap(pool, wanted, true));
    };
    EXPECT_EQ(error({true, true, 0}), custom(6035));
    EXPECT_EQ(error({true, true, 1'000, 0, (u128{1} << 64) + 1}), custom(6034));
    EXPECT_EQ(error({false, true, 1'000, 0, (u128{1} << 64) - 1}), custom(6034));
    EXPECT_EQ(error({true, true, 1'000, 0, whirlpool::sqrt_price_min() - 1}), custom(6011));
    // Beyond the ranges there is no liquidity, and then there are no more arrays.
    EXPECT_EQ(error({true, true, kMany}), custom(6038));
    EXPECT_EQ(error({true, true, 1'000}), "null");
    auto wrong = swap(pool, {true, true, 1'000}, true);
    for (const std::size_t index : {11U, 12U, 13U}) {
        wrong.accounts[index].pubkey = test_key(static_cast<std::uint8_t>(80 + index));
    }
    EXPECT_EQ(error_of(wrong), custom(6023));
}

TEST_F(WhirlpoolTest, EveryAccountIsChecked) {
    const auto pool = build(two_ranges());
    const auto good = swap(pool, {true, true, 1'000}, true);
    const auto with = [&](std::size_t index, const Pubkey& key) {
        auto bad = good;
        bad.accounts[index].pubkey = key;
        return error_of(bad);
    };
    EXPECT_EQ(with(0, solana::kToken2022Program), custom(3008));
    EXPECT_EQ(with(2, solana::kTokenProgram), custom(3008));
    EXPECT_EQ(with(4, test_key(80)), custom(3012));
    EXPECT_EQ(with(4, good.accounts[11].pubkey), custom(3002));
    EXPECT_EQ(with(5, mint_b), custom(2012));
    EXPECT_EQ(with(7, user_b), custom(2014));
    EXPECT_EQ(with(8, user_a), custom(2012));
    EXPECT_EQ(with(10, user_b), custom(2012));
    EXPECT_EQ(with(14, test_key(80)), custom(2006));
    auto short_list = good;
    short_list.accounts.pop_back();
    EXPECT_EQ(error_of(short_list), custom(3005));
    EXPECT_EQ(error_of(good), "null");
    EXPECT_EQ(error_of(swap(pool, {true, true, 1'000}, false)), "null");
}

TEST_F(WhirlpoolTest, AnAdaptivePoolOpensAtItsTimeAndKeepsItsVolatility) {
    WhirlpoolOptions options = two_ranges();
    const auto now = static_cast<std::uint64_t>(chain.slot_time().seconds());
    options.oracle = WhirlpoolOracle{.trade_enable_time = now + 1,
                                     .control_factor = 5'000,
                                     .tick_group_size = 64,
                                     .major_swap_ticks = 64};
    auto pool = build(options);
    EXPECT_EQ(error_of(swap(pool, {true, true, 1'000}, true)), custom(6064));
    options.oracle->trade_enable_time = now;
    pool = build(options);
    auto readonly = swap(pool, {true, true, 1'000}, true);
    readonly.accounts[14].is_writable = false;
    EXPECT_EQ(error_of(readonly), custom(2000));
    ASSERT_TRUE(chain.execute_unsigned(user(), {swap(pool, {false, true, 5'000'000}, true)}));
    EXPECT_EQ(u64_of(pool.oracle, 82), now);  // Reference time.
    EXPECT_EQ(u64_of(pool.oracle, 90), now);  // A move of 64 ticks is a major one.
    EXPECT_GT(read_le<std::uint32_t>(chain.account(pool.oracle)->data, 106), 0U);
}

TEST_F(WhirlpoolTest, TheTradeIsToldInALogLine) {
    const auto pool = build(two_ranges());
    const auto* receipt = land({swap(pool, {true, true, 100'000, 1}, true)});
    ASSERT_EQ(receipt->error_json, "null") << receipt->logs.back();
    EXPECT_TRUE(has_line(receipt->logs, "Program log: Instruction: SwapV2"));
    EXPECT_TRUE(has_line(receipt->logs, "Program data: 4cpJr5MroJ"));
    EXPECT_EQ(receipt->inner_instructions.at(0).instructions.size(), 2U);
}

}  // namespace
}  // namespace sniperforge::sim
