// SPDX-License-Identifier: MIT
#include "sniperforge/config/load.hpp"

#include <filesystem>
#include <fstream>

#include "support/keys.hpp"
#include "unit/config/load_support.hpp"

namespace sniperforge::config {
namespace {

using namespace test;

TEST(Load, TakesAnEmptyFileForTheDefaults) {
    for (const auto* yaml : {"", "\n", "# only a comment\n", "---\n", "risk:\n", "{}"}) {
        const auto settings = load_text(yaml, "f.yaml");
        ASSERT_TRUE(settings) << yaml << settings.error().text();
        EXPECT_EQ(*settings, Settings{});
    }
}

TEST(Load, PutsEachKindOfValueIntoItsMember) {
    const auto settings = load_text(R"(
risk:
  trade_max_usd: "99.5"
  positions_max: 7
  slippage_max_bps: 250
  exit_reserve_sol: '0.000000001e0'
)",
                                    "f.yaml");
    ASSERT_FALSE(settings);  // An exponent is no decimal amount.
    const auto good = load_text(R"(
risk:
  trade_max_usd: "99.5"
  positions_max: 7
  slippage_max_bps: 250
  exit_reserve_sol: '0.25'
jupiter: {requests_per_second: 2.5, api_key: env:JUP}
exits:
  time_limit_s: 60
execution:
  priority_price_micro_lamports_per_cu: 1
  quote_timeout_ms: 1500
  transaction_version: v1
sniper:
  enabled: false
feed:
  pools: [58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2]
logging:
  level: debug
  file: /var/log/x.log
)",
                                "f.yaml");
    ASSERT_TRUE(good) << good.error().text();
    EXPECT_EQ(good->risk.trade_max, MicroUsd{99'500'000});
    EXPECT_EQ(good->risk.positions_max, 7U);
    EXPECT_EQ(good->risk.slippage_max, BasisPoints{250});
    EXPECT_EQ(good->risk.exit_reserve, Lamports{250'000'000});
    EXPECT_EQ(good->jupiter.requests_per_second, 2.5);
    EXPECT_EQ(good->jupiter.api_key, (Secret{"env:JUP", ""}));
    EXPECT_EQ(good->exits.time_limit, std::chrono::minutes{1});
    EXPECT_EQ(good->execution.priority_price, ComputeUnitPrice{1});
    EXPECT_EQ(good->execution.quote_timeout, std::chrono::milliseconds{1'500});
    EXPECT_EQ(good->execution.transaction_version, "v1");
    EXPECT_FALSE(good->sniper.is_enabled);
    ASSERT_EQ(good->feed.pools.size(), 1U);
    EXPECT_EQ(good->feed.pools[0].to_string(), "58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2");
    EXPECT_EQ(good->logging.level, "debug");
    EXPECT_EQ(good->logging.file, "/var/log/x.log");
}

TEST(Load, AcceptsTheBoundsOfARangeAndNotOneUnitMore) {
    expect_loads("risk: {trade_max_usd: \"100\"}");
    expect_loads("risk: {trade_max_usd: \"1\", daily_loss_max_usd: \"1\", capital_max_usd: \"1\"}");
    expect_problem("risk: {trade_max_usd: \"100.000001\"}",
                   "1: risk.trade_max_usd: \"100.000001\" is above the maximum; write \"1\" to "
                   "\"100\" USD");
    expect_problem("risk: {trade_max_usd: \"0.999999\"}",
                   "1: risk.trade_max_usd: \"0.999999\" is below the minimum; write \"1\" to "
                   "\"100\" USD");
    expect_problem("risk: {capital_max_usd: \"5000.000001\"}",
                   "1: risk.capital_max_usd: \"5000.000001\" is above the maximum; write \"1\" to "
                   "\"5000\" USD");
    expect_loads("risk: {daily_volume_max_usd: \"10000.01\"}");
    expect_loads("risk: {positions_max: 64}");
    expect_problem("risk: {positions_max: 65}",
                   "1: risk.positions_max: 65 is above the maximum; write 1 to 64 positions");
    expect_problem("risk: {positions_max: 0}",
                   "1: risk.positions_max: 0 is below the minimum; write 1 to 64 positions");
    expect_loads("risk: {exit_slippage_max_bps: 10000}");
    expect_problem(
        "risk: {exit_slippage_max_bps: 10001}",
        "1: risk.exit_slippage_max_bps: 10001 is above the maximum; write 0 to 10000 bps");
    expect_loads("execution: {nonce_orders: 8}");
    expect_problem(
        "execution: {nonce_orders: 9}",
        "1: execution.nonce_orders: 9 is above the maximum; write 0 to 8 nonce accounts");
    expect_loads("execution: {nonce_orders: 0, transaction_version: v1}");
    expect_problem("execution: {nonce_orders: 1, transaction_version: v1}",
                   "1: execution.nonce_orders: orders of version v1 are on no nonce; write "
                   "nonce_orders: 0, or transaction_version: \"v0\"");
    expect_loads("execution: {path: direct_first, delay_cost_bps_per_slot: 25}");
    expect_problem("execution: {delay_cost_bps_per_slot: 26}",
                   "1: execution.delay_cost_bps_per_slot: 26 bps is above "
                   "execution.delay_cost_urgent_bps_per_slot (25 bps): who must get out would wait "
                   "longer than who need not");
    expect_loads("jupiter: {api: auto}");
    expect_loads("jupiter: {api: v2_order}");
    expect_problem("jupiter: {api: v3}",
                   "1: jupiter.api: \"v3\" is not one of v1_swap, v1_instructions, v2_build, "
                   "v2_order, auto");
    expect_loads("jupiter: {requests_per_second: 0.1}");
    expect_problem("jupiter: {requests_per_second: 0.09}",
                   "1: jupiter.requests_per_second: 0.09 is below the minimum; write 0.1 to 1000 "
                   "requests/s");
    expect_problem("exits: {time_limit_s: 99999999999999999999}",
                   "1: exits.time_limit_s: 99999999999999999999 is above the maximum; write 1 to "
                   "86400 s");
}

TEST(Load, WantsMoneyAsAQuotedDecimal) {
    expect_problem("\nrisk:\n  trade_max_usd: \"0,5\"",
                   "3: risk.trade_max_usd: \"0,5\" is not a decimal amount; write \"0.5\"");
    expect_problem("risk: {capital_max_usd: 5000}",
                   "1: risk.capital_max_usd: 5000 is not quoted; money is a quoted decimal: write "
                   "\"5000\"");
    expect_problem(
        "risk: {capital_max_usd: 5e3}",
        "1: risk.capital_max_usd: \"5e3\" is not quoted; money is a quoted decimal: write "
        "\"5000\"");
    expect_problem("risk: {capital_max_usd: \"5,000\"}",
                   "1: risk.capital_max_usd: \"5,000\" is not a decimal amount; write \"5000\" or "
                   "\"5.000\", whichever is meant");
    expect_problem("risk: {daily_volume_max_usd: \"1,000,000\"}",
                   "1: risk.daily_volume_max_usd: \"1,000,000\" is not a decimal amount; write "
                   "\"1000000\"");
    for (const auto* bad :
         {"-1", "+1", "1e3", "$5", "5 USD", "", " 5", "1.2.3", ".5", "0.0000001", "0x10"}) {
        const std::string text = problems_of(fmt::format("risk: {{trade_max_usd: \"{}\"}}", bad));
        EXPECT_NE(
            text.find(fmt::format("\"{}\" is not a decimal amount; write \"1\" to \"100\" USD as "
                                  "digits, with a point and at most 6 digits after it",
                                  bad)),
            std::string::npos)
            << text;
    }
}

TEST(Load, WantsCountsAsPlainDigits) {
    expect_problem("risk: {positions_max: 010}",
                   "1: risk.positions_max: \"010\" begins with 0, which YAML may read as octal; "
                   "write 10");
    expect_problem("risk: {positions_max: \"12\"}",
                   "1: risk.positions_max: \"12\" is quoted; whole numbers are not: write 12");
    for (const auto* bad : {"-1", "1.0", "1e1", "0x10", "0o10", "1_000", "5%", "many", "12 s"}) {
        expect_problem(
            fmt::format("risk: {{positions_max: {}}}", bad),
            fmt::format("1: risk.positions_max: \"{}\" is not a whole number; write 1 to "
                        "64 positions, digits only",
                        bad));
    }
    for (const auto* bad : {"yes", "on", "True", "TRUE", "1", "\"true\""}) {
        EXPECT_NE(problems_of(fmt::format("sniper: {{enabled: {}}}", bad))
                      .find("is neither true nor false; write one of them, without quotes"),
                  std::string::npos)
            << bad;
    }
    for (const auto* bad : {"1e2", "-1", ".5", "\"1\"", "nan", "inf"}) {
        EXPECT_NE(problems_of(fmt::format("jupiter: {{requests_per_second: {}}}", bad))
                      .find("is not a plain number"),
                  std::string::npos)
            << bad;
    }
}

TEST(Load, SaysWhatAnUnknownKeyMayMean) {
    expect_problem("risk: {trademax_usd: \"5\"}",
                   "1: risk: \"trademax_usd\" is not a key; did you mean trade_max_usd?");
    expect_problem("rsik:\n  positions_max: 3", "1: \"rsik\" is not a section; did you mean risk?");
    expect_problem("risk: {colour: 5}", "1: risk: \"colour\" is not a key; config show lists them");
    expect_problem("trade_max_usd: \"5\"",
                   "1: \"trade_max_usd\" is not a section; write it below risk:");
    expect_problem("zzzzzzzz: 1", "1: \"zzzzzzzz\" is not a section; config show lists them");
}

TEST(Load, RefusesWhatYamlWouldSilentlyAccept) {
    expect_problem("risk:\n  positions_max: 3\n  positions_max: 4",
                   "3: \"positions_max\" was written before, in line 2; keep one");
    expect_problem("risk: {positions_max: 3}\nexits: {time_limit_s: 5}\nrisk: {positions_max: 4}",
                   "3: \"risk\" was written before, in line 1; keep one");
    expect_problem("risk:\n  positions_max: ~",
                   "2: risk.positions_max: has no value; write 1 to 64 positions, or leave the key "
                   "out");
    expect_problem("risk:\n  positions_max:",
                   "2: risk.positions_max: has no value; write 1 to 64 positions, or leave the key "
                   "out");
    expect_problem(
        "logging:\n  file: null",
        "2: logging.file: has no value; write a path, or \"\" for standard error only, or "
        "leave the key out");
    expect_problem("risk: {positions_max: 3}\n---\nrisk: {positions_max: 4}",
                   "3: a second document (after ---) is not read; remove it");
    expect_problem("risk:\n  positions_max: [3]",
                   "2: risk.positions_max: a list or mapping stands here; write 1 to 64 positions");
    expect_problem("risk: 5", "1: risk: write its keys below it, like capital_max_usd: ...");
    expect_problem("- risk", "1: write sections with keys, like risk: below");
    expect_problem("just text", "1: write sections with keys, like risk: below");
    expect_problem("risk:\n  positions_max: !!int 3",
                   "2: the tag \"tag:yaml.org,2002:int\" is not supported; remove it");
    EXPECT_NE(problems_of("risk: &r {positions_max: 3}\n").find("1: anchors (&name) are not"),
              std::string::npos);
    const std::string alias = problems_of("a: &r {positions_max: 3}\nrisk: *r\n");
    EXPECT_NE(alias.find("2: aliases (*name) are not supported"), std::string::npos) << alias;
    const std::string merge = problems_of("risk:\n  <<: {positions_max: 3}\n");
    EXPECT_NE(merge.find("2: risk: \"<<\" is not a key"), std::string::npos) << merge;
    EXPECT_NE(problems_of("? [a]\n: 1\n").find("where a key was expected"), std::string::npos);
    EXPECT_NE(problems_of("~: 1\n").find("1: a key is empty"), std::string::npos);
}

TEST(Load, RefusesTabsControlCharactersAndBytesThatAreNotUtf8) {
    expect_problem("risk:\n\tpositions_max: 3", "2: a tab stands in the indentation; use spaces");
    expect_loads("risk:\n  positions_max: 3\t# a tab before a comment is fine\n");
    expect_problem("# \x01", "1: the control character 0x01 is not allowed");
    expect_problem(std::string_view{"risk:\0", 6}, "1: the control character 0x00 is not allowed");
    expect_loads("# \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\n");
    for (const auto* bad : {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\x80"}) {
        expect_problem(fmt::format("\n# {}", bad),
                       "2: a byte is not UTF-8; save the file as UTF-8");
    }
    expect_loads("\r\nrisk:\r\n  positions_max: 3\r\n");
    expect_loads("\xef\xbb\xbfrisk:\n  positions_max: 3\n");
}

TEST(Load, TellsWhereTheSyntaxIsWrong) {
    for (const auto* yaml :
         {"risk:\n  positions_max: [3\n", "risk:\n  a: b: c\n", "risk:\n  \"x: 1\n",
          "risk: {positions_max: 3}\nlogging:\n  file: \"x\n# y\n\n", "logging:\n  file: 'x",
          "logging:\n  file: 'x \n"}) {
        const auto settings = load_text(yaml, "f.yaml");
        ASSERT_FALSE(settings) << yaml;
        ASSERT_EQ(settings.error().problems.size(), 1U);
        EXPECT_TRUE(settings.error().problems[0].starts_with("f.yaml:")) << settings.error().text();
        EXPECT_NE(settings.error().problems[0].find("not valid YAML"), std::string::npos);
    }
    const std::string deep = problems_of(std::string(100'000, '['));
    EXPECT_NE(deep.find("not valid YAML"), std::string::npos) << deep.substr(0, 200);
}

TEST(Load, CollectsAllProblemsInLineOrder) {
    const auto settings = load_text(R"(logging:
  level: loud
risk:
  trade_max_usd: 5
  unknown: 1
  positions_max: 99
  positions_max: 3
feed:
  pools: [abc, 58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2, 58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2]
)",
                                    "f.yaml");
    ASSERT_FALSE(settings);
    const std::vector<std::string> expected = {
        "f.yaml:2: logging.level: \"loud\" is not one of trace, debug, info, warning, error",
        "f.yaml:4: risk.trade_max_usd: 5 is not quoted; money is a quoted decimal: write \"5\"",
        "f.yaml:5: risk: \"unknown\" is not a key; config show lists them",
        "f.yaml:6: risk.positions_max: 99 is above the maximum; write 1 to 64 positions",
        "f.yaml:7: \"positions_max\" was written before, in line 6; keep one",
        "f.yaml:9: feed.pools: \"abc\" is not a public key (32 bytes in base58)",
        "f.yaml:9: feed.pools: 58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2 is listed twice; keep "
        "one"};
    EXPECT_EQ(settings.error().problems, expected);
}

TEST(Load, ChecksWhatKeysSayTogether) {
    expect_loads(
        "risk: {capital_max_usd: \"50\", trade_max_usd: \"50\", daily_loss_max_usd: \"50\"}");
    expect_problem(
        "risk:\n  daily_loss_max_usd: \"50\"\n  capital_max_usd: \"50\"\n  trade_max_usd: "
        "\"50.01\"",
        "4: risk.trade_max_usd: 50.01 USD is above risk.capital_max_usd (50 USD): one trade cannot "
        "use more than all capital");
    expect_problem("exits: {trailing_arm_bps: 399}",
                   "1: exits.trailing_distance_bps: 400 bps is above exits.trailing_arm_bps (399 "
                   "bps): an armed trailing stop could sell at a loss");
    expect_loads("exits: {trailing_arm_bps: 400}");
    expect_problem(
        "exits: {take_profit_bps: 599}",
        "1: exits.trailing_arm_bps: 600 bps is above exits.take_profit_bps (599 bps): the "
        "trailing stop could never arm");
    expect_problem("network: {reconnect_delay_min_ms: 10001}",
                   "1: network.reconnect_delay_min_ms: 10001 ms is above "
                   "network.reconnect_delay_max_ms (10000 ms): delays grow from the minimum to the "
                   "maximum");
    expect_problem(
        "arbitrage: {slots_valid: 9}",
        "1: arbitrage.slots_valid: 9 is above risk.data_age_slots_max (8): the order would "
        "outlive the data that it rests on");
    expect_problem("signer: {transaction_outflow_max_sol: \"50.000000001\"}",
                   "1: signer.transaction_outflow_max_sol: 50.000000001 SOL is above "
                   "signer.hourly_outflow_max_sol (50 SOL): the hour would not allow one "
                   "transaction");
    expect_loads("signer: {transaction_outflow_max_sol: \"50\"}");
    expect_problem("signer: {hourly_outflow_max_sol: \"400.5\"}",
                   "1: signer.hourly_outflow_max_sol: 400.5 SOL is above "
                   "signer.daily_outflow_max_sol (400 SOL): a limit that cannot be reached "
                   "protects nothing");
    expect_problem("signer: {transaction_stables_max_usd: \"1000.01\"}",
                   "1: signer.transaction_stables_max_usd: 1000.01 USD is above "
                   "signer.hourly_stables_max_usd (1000 USD): the hour would not allow one "
                   "transaction");
    expect_loads("signer: {transaction_stables_max_usd: \"1000\"}");
    expect_problem(
        "signer: {daily_stables_max_usd: \"999\"}",
        "1: signer.hourly_stables_max_usd: 1000 USD is above "
        "signer.daily_stables_max_usd (999 USD): a limit that cannot be reached protects "
        "nothing");
    expect_problem("signer: {tokens_kept: [EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v]}",
                   "1: signer.tokens_kept: EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v is not in "
                   "risk.deny_mints: orders for it would be made and never signed; list it there, "
                   "too");
    expect_loads(
        "{signer: {tokens_kept: [EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v]},"
        " risk: {deny_mints: [EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v]}}");
    expect_problem(
        "{signer: {tokens_kept: [So11111111111111111111111111111111111111112]},"
        " risk: {deny_mints: [So11111111111111111111111111111111111111112]}}",
        "1: signer.tokens_kept: So11111111111111111111111111111111111111112 is wrapped SOL, which "
        "every order pays with or is paid in: no order would be signed, sales neither; take it "
        "out");
    expect_problem("sniper: {amount_sol: \"3.1\"}",
                   "1: sniper.amount_sol: 3.1 SOL is above signer.transaction_outflow_max_sol (3 "
                   "SOL): no entry would be signed");
    // A key with a problem of its own is not compared.
    expect_problem(
        "risk: {capital_max_usd: \"0\"}",
        "1: risk.capital_max_usd: \"0\" is below the minimum; write \"1\" to \"5000\" USD");
}

TEST(Load, WantsRoomForOneTradeInEveryShareOfTheCapital) {
    expect_loads("risk: {strategy_capital_max_usd: \"100\", venue_capital_max_usd: \"100\"}");
    expect_problem("risk: {strategy_capital_max_usd: \"99\"}",
                   "1: risk.trade_max_usd: 100 USD is above risk.strategy_capital_max_usd (99 "
                   "USD): no strategy could make such a trade");
    expect_problem("risk: {venue_capital_max_usd: \"99\"}",
                   "1: risk.trade_max_usd: 100 USD is above risk.venue_capital_max_usd (99 USD): "
                   "no venue could have such a trade");
}

TEST(Load, TakesAsManyDeniedKeysAsAListMayHoldAndNotOneMore) {
    for (const std::string_view name : {"deny_mints", "deny_creators"}) {
        std::string list;
        for (std::uint64_t i = 1; i <= kDenyListMax; ++i) {
            list += fmt::format("{}{}", list.empty() ? "" : ", ",
                                sniperforge::test::key_of(i).to_string());
        }
        expect_loads(fmt::format("risk: {{{}: [{}]}}", name, list));
        const auto one_more = sniperforge::test::key_of(kDenyListMax + 1).to_string();
        expect_problem(fmt::format("risk: {{{}: [{}, {}]}}", name, list, one_more),
                       fmt::format("1: risk.{}: 1025 is above the keys that may be listed (1024): "
                                   "keep those that are still traded",
                                   name));
    }
}

TEST(Load, TakesAListOfNamesThatMayBeEmptyAndRefusesUnknownAndRepeated) {
    const auto none = load_text("safety: {extensions_allowed: []}", "f.yaml");
    ASSERT_TRUE(none) << none.error().text();
    EXPECT_TRUE(none->safety.extensions_allowed.empty());
    const auto two = load_text("safety: {unknown_allowed: [lp, creator]}", "f.yaml");
    ASSERT_TRUE(two) << two.error().text();
    EXPECT_EQ(two->safety.unknown_allowed, (std::vector<std::string>{"lp", "creator"}));
    for (const auto& [list, problem] : std::vector<std::pair<std::string, std::string>>{
             {"lp",
              "write a list of round_trip, lp, holders, creator, bundle, round_trip_simulated, [] "
              "for none"},
             {"[lp, lp]", "lp is listed twice; keep one"},
             {"[mint]",
              "\"mint\" is not one of round_trip, lp, holders, creator, bundle, "
              "round_trip_simulated"}}) {
        expect_problem(fmt::format("safety: {{unknown_allowed: {}}}", list),
                       "1: safety.unknown_allowed: " + problem);
    }
}

TEST(Load, WantsCallsForTheHoldersWhereASniperDependsOnThem) {
    expect_loads("safety: {calls_per_minute: 1}");
    expect_loads("safety: {calls_per_minute: 0, unknown_allowed: [holders]}");
    expect_loads("{safety: {calls_per_minute: 0}, sniper: {enabled: false}}");
    expect_problem("safety: {calls_per_minute: 0}",
                   "1: safety.calls_per_minute: at 0 nobody reads the holders, and the sniper "
                   "would buy nothing; allow some calls, write unknown_allowed: [\"holders\"], or "
                   "sniper.enabled: false");
}

TEST(Load, TakesAListOfVenuesAndRefusesUnknownRepeatedAndNone) {
    const auto good = load_text("feed:\n  venues: [pumpswap, raydium_cpmm]\n", "f.yaml");
    ASSERT_TRUE(good) << good.error().text();
    EXPECT_EQ(good->feed.venues, (std::vector<std::string>{"pumpswap", "raydium_cpmm"}));
    for (const auto& [list, problem] : std::vector<std::pair<std::string, std::string>>{
             {"[]", "f.yaml:2: feed.venues: write a list of raydium_amm_v4, "},
             {"[pumpswap, pumpswap]", "f.yaml:2: feed.venues: pumpswap is listed twice; keep one"},
             {"[uniswap]", "f.yaml:2: feed.venues: \"uniswap\" is not one of raydium_amm_v4, "}}) {
        const auto bad = load_text("feed:\n  venues: " + list + "\n", "f.yaml");
        ASSERT_FALSE(bad) << list;
        EXPECT_EQ(bad.error().text().find(problem), 0U) << bad.error().text();
    }
}

TEST(LoadFile, NamesAFileThatCannotBeReadOrIsTooLong) {
    const auto missing = load_file("/nonexistent-directory/live.yaml");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().text(),
              "/nonexistent-directory/live.yaml: cannot be opened: No such file or directory\n");
    EXPECT_FALSE(load_file("/"));
    const std::string path = ::testing::TempDir() + "long.yaml";
    for (const std::size_t size : {std::size_t{1} << 20U, (std::size_t{1} << 20U) + 1}) {
        std::ofstream{path} << std::string(size, '#');
        EXPECT_EQ(load_file(path).has_value(), size == std::size_t{1} << 20U);
    }
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace sniperforge::config
