// SPDX-License-Identifier: MIT
#include "sniperforge/config/load.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::config {
namespace {

// The problems of a text, or "loads".
std::string problems_of(std::string_view yaml) {
    const auto settings = load_text(yaml, "f.yaml");
    return settings ? "loads" : settings.error().text();
}
void expect_problem(std::string_view yaml, std::string_view expected) {
    EXPECT_EQ(problems_of(yaml), fmt::format("f.yaml:{}\n", expected));
}
void expect_loads(std::string_view yaml) { EXPECT_EQ(problems_of(yaml), "loads") << yaml; }

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
    // A key with a problem of its own is not compared.
    expect_problem(
        "risk: {capital_max_usd: \"0\"}",
        "1: risk.capital_max_usd: \"0\" is below the minimum; write \"1\" to \"5000\" USD");
}

constexpr std::string_view kEndpoint = R"(network:
  endpoints:
    - name: a
      rpc_url: {}
      pubsub_url: {}
      api_key: {}
)";
std::string endpoint(std::string_view rpc, std::string_view pubsub = "wss://x.example",
                     std::string_view key = "\"\"") {
    return fmt::format(fmt::runtime(kEndpoint), rpc, pubsub, key);
}

TEST(Load, NeverRepeatsALiteralSecret) {
    const std::string key = "4f3c2b1a-0000-4444-8888-abcdefabcdef";
    for (const std::string& yaml :
         {endpoint("https://x.example", "wss://x.example", key), "jupiter: {api_key: " + key + "}",
          endpoint("https://x.example/?api-key=" + key),
          endpoint("https://u:" + key + "@x.example"),
          endpoint("https://x.example/v2/" + key + "/"), endpoint("https://x.example/#" + key),
          endpoint("x.example/" + key), endpoint("env:" + key), endpoint("file:" + key),
          endpoint("https://x.example", "wss://x.example/" + key),
          "jupiter: {url: \"https://x.example/" + key + "\"}"}) {
        const std::string text = problems_of(yaml);
        EXPECT_NE(text, "loads") << yaml;
        EXPECT_EQ(text.find("4f3c2b1a"), std::string::npos) << text;
        EXPECT_EQ(text.find("abcdef"), std::string::npos) << text;
    }
    expect_problem(
        endpoint("https://x.example", "wss://x.example", key),
        "6: network.endpoints[0].api_key: this is not a reference, and secrets do not "
        "belong into this file; write env:NAME for an environment variable or file:/path");
    expect_problem(endpoint("https://x.example/?api-key=" + key),
                   "4: network.endpoints[0].rpc_url: the URL holds a query, and keys do not belong "
                   "into this file; put the whole URL into an environment variable NAME and write "
                   "rpc_url: env:NAME");
}

TEST(Load, TellsUrlsFromWhatOnlyLooksLikeThem) {
    for (const auto* good :
         {"https://api.mainnet-beta.solana.com", "http://127.0.0.1:8899", "http://localhost:1",
          "https://x.example:65535/rpc/v1", "http://[::1]:8899", "https://x.example/solana-mainnet",
          "env:RPC_URL", "file:/run/rpc_url"}) {
        expect_loads(endpoint(good));
    }
    for (const auto* bad :
         {"wss://x.example", "ftp://x.example", "x.example", "https://", "https:///path",
          "https://x.example:0", "https://x.example:65536", "https://x.example:1x",
          "\"https://x .example\"", "https://u@x.example", "https://x.example?a=b",
          "https://x.example/abcdefghijklmno1", "https://x.example/abcdefghijklmnopqrstuvwx",
          "env:", "env:1A", "env:A-B", "file:", "file:relative", "file:/"}) {
        EXPECT_NE(problems_of(endpoint(bad)), "loads") << bad;
    }
    // One character less than the shortest segment that is taken for a key.
    expect_loads(endpoint("https://x.example/abcdefghijklmn1"));
    expect_loads(endpoint("https://x.example/abcdefghijklmnopqrstuvw"));
}

TEST(Load, RefusesToSendAKeyUnencryptedAcrossTheNetwork) {
    expect_loads(endpoint("http://127.0.0.1:8899", "ws://localhost:8900", "env:KEY"));
    expect_loads(endpoint("http://10.0.0.5:8899", "ws://10.0.0.5:8900"));
    expect_problem(endpoint("http://10.0.0.5:8899", "wss://x.example", "env:KEY"),
                   "2: network.endpoints[0].rpc_url: the API key would cross the network "
                   "unencrypted; use https:// and wss://");
    EXPECT_NE(problems_of(endpoint("https://x.example", "ws://127.evil.example", "env:KEY")),
              "loads");
}

TEST(Load, WantsEachEndpointCompleteAndItsNameUnique) {
    expect_problem("network:\n  endpoints:\n    - name: a\n      rpc_url: https://x.example",
                   "3: network.endpoints[0].pubsub_url: is missing; write an wss:// URL without a "
                   "key, env:NAME or file:/path");
    expect_problem("network:\n  endpoints: 5",
                   "2: network.endpoints: write a list of endpoints, [] for none");
    const std::string one = "    - {name: a, rpc_url: env:A, pubsub_url: env:B}\n";
    expect_loads("network:\n  endpoints:\n" + one);
    expect_problem("network:\n  endpoints:\n" + one + one,
                   "4: network.endpoints[1].name: \"a\" is the name of an endpoint above; choose "
                   "another");
    expect_problem(
        "network:\n  endpoints:\n    - {name: a, rpcurl: x, rpc_url: env:A, pubsub_url: env:B}",
        "3: network.endpoints[0]: \"rpcurl\" is not a key; did you mean rpc_url?");
    EXPECT_NE(problems_of("network:\n  endpoints:\n    - \n").find("name: is missing"),
              std::string::npos);
}

TEST(Load, WantsAnEndpointToReadFromAndOneToSendThrough) {
    const auto endpoints = [](std::string_view first, std::string_view second) {
        return fmt::format(
            "network:\n  endpoints:\n"
            "    - {{name: a, rpc_url: env:A, pubsub_url: env:B, role: {}}}\n"
            "    - {{name: b, rpc_url: env:A, pubsub_url: env:B, role: {}}}\n",
            first, second);
    };
    expect_loads(endpoints("read", "send"));
    expect_loads(endpoints("both", "read"));
    expect_problem(endpoints("read", "read"),
                   "2: network.endpoints: none has role send or both, and orders could not be "
                   "sent; give one of them role: both");
    expect_problem(endpoints("send", "send"),
                   "2: network.endpoints: none has role read or both, and nothing could be read; "
                   "give one of them role: both");
    expect_problem(endpoints("read", "write"),
                   "4: network.endpoints[1].role: \"write\" is not one of read, send, both");
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

Settings unusual_settings() {
    Settings settings;
    settings.network.endpoints.push_back({});
    auto& first = settings.network.endpoints.back();
    first.name = "one";
    first.rpc_url = "https://x.example";
    first.pubsub_url_reference = "file:/run/pubsub";
    first.api_key = Secret{"env:KEY", ""};
    first.role = "send";
    first.weight = 3;
    first.requests_per_second = 12.5;
    first.credits_per_second = 0.5;
    first.credit_table = "helius";
    first.pipeline_depth = 8;
    settings.network.endpoints.push_back(first);
    settings.network.endpoints.back().name = "two";
    settings.network.endpoints.back().role = "read";
    settings.jupiter.api_key = Secret{"file:/run/\"jup\"", ""};
    settings.wallet.keypair_file = "/home/a b/\"quoted\" \\ \xc3\xa9: #.json";
    settings.feed.pools = {pubkey_constant("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2"),
                           Pubkey{}};
    settings.risk.trade_max = MicroUsd{1'000'001};
    settings.risk.exit_reserve = Lamports{1'000'001};
    settings.momentum.is_enabled = false;
    settings.exits.time_limit = std::chrono::seconds{7};
    settings.recorder.journal_bytes_max = std::uint64_t{1} << 40U;
    settings.logging.level = "error";
    return settings;
}

TEST(Show, LoadsBackToTheSameSettings) {
    for (const Settings& settings : {Settings{}, unusual_settings()}) {
        const auto again = load_text(show(settings), "shown");
        ASSERT_TRUE(again) << again.error().text() << show(settings);
        EXPECT_EQ(*again, settings);
        EXPECT_EQ(show(*again), show(settings));
    }
}

TEST(Show, PrintsReferencesAndNeverValues) {
    Settings settings = unusual_settings();
    settings.network.endpoints[0].pubsub_url = "wss://x.example/topsecret";
    settings.network.endpoints[0].api_key->value = "topsecret";
    settings.jupiter.api_key->value = "topsecret";
    for (const std::string& text : {show(settings), show_json(settings)}) {
        EXPECT_EQ(text.find("topsecret"), std::string::npos) << text;
        EXPECT_NE(text.find("env:KEY"), std::string::npos);
        EXPECT_NE(text.find("file:/run/pubsub"), std::string::npos);
    }
}

TEST(ShowJson, IsOneObjectWithEachKnownKey) {
    const std::string text = show_json(unusual_settings());
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(simdjson::padded_string{text});
    for (const KeyInfo& key : known_keys()) {
        std::string pointer = "/" + key.name;
        if (const auto brackets = pointer.find("[]"); brackets != std::string::npos) {
            pointer.replace(brackets, 2, ".0");
        }
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        EXPECT_EQ(root.at_pointer(pointer).error(), simdjson::SUCCESS) << pointer;
    }
    EXPECT_EQ(std::string_view{root["risk"]["trade_max_usd"]}, "1.000001");
    EXPECT_EQ(std::uint64_t{root["exits"]["time_limit_s"]}, 7U);
    EXPECT_EQ(std::string_view{root["wallet"]["keypair_file"]},
              "/home/a b/\"quoted\" \\ \xc3\xa9: #.json");
}

class Secrets : public ::testing::Test {
 protected:
    void SetUp() override {
        path_ = ::testing::TempDir() + "secret_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name();
        settings_.jupiter.api_key = Secret{"file:" + path_, ""};
        // Not about the warning of a readable file: that is telemetry's.
        ASSERT_TRUE(telemetry::start_logging(telemetry::Level::Off, ""));
    }
    void TearDown() override {
        std::filesystem::remove(path_);
        ::unsetenv("SNIPERFORGE_TEST_SECRET");
        ASSERT_TRUE(telemetry::start_logging(telemetry::Level::Info, ""));
    }
    void write(std::string_view text) const { std::ofstream{path_} << text; }

    std::string path_;
    Settings settings_;
};

TEST_F(Secrets, ComeFromFilesAndVariables) {
    write("file-value\n");
    ::setenv("SNIPERFORGE_TEST_SECRET", "https://x.example/?key=1", 1);
    auto endpoint_settings = EndpointSettings{};
    endpoint_settings.rpc_url_reference = "env:SNIPERFORGE_TEST_SECRET";
    endpoint_settings.pubsub_url = "wss://x.example";
    settings_.network.endpoints.push_back(endpoint_settings);
    const auto resolved = resolve_secrets(settings_);
    ASSERT_TRUE(resolved) << resolved.error().text;
    EXPECT_EQ(settings_.jupiter.api_key->value, "file-value");
    EXPECT_EQ(settings_.network.endpoints[0].rpc_url, "https://x.example/?key=1");
    EXPECT_EQ(settings_.network.endpoints[0].pubsub_url, "wss://x.example");
}

TEST_F(Secrets, AllProblemsAreNamedByReferenceAndWithoutValues) {
    write("two\nlines");
    ::setenv("SNIPERFORGE_TEST_SECRET", "ws://x.example/topsecret", 1);
    auto endpoint_settings = EndpointSettings{};
    endpoint_settings.rpc_url_reference = "env:SNIPERFORGE_TEST_SECRET";
    endpoint_settings.pubsub_url_reference = "env:SNIPERFORGE_TEST_SECRET";
    endpoint_settings.api_key = Secret{"env:SNIPERFORGE_TEST_NOT_SET", ""};
    settings_.network.endpoints.push_back(endpoint_settings);
    const auto resolved = resolve_secrets(settings_);
    ASSERT_FALSE(resolved);
    EXPECT_EQ(
        resolved.error().text,
        "network.endpoints[0].rpc_url: env:SNIPERFORGE_TEST_SECRET: must begin with https:// (or "
        "http:// on this machine)\n"
        "network.endpoints[0].pubsub_url: env:SNIPERFORGE_TEST_SECRET: the API key would cross "
        "the network unencrypted; use https:// and wss://\n"
        "network.endpoints[0].api_key: env:SNIPERFORGE_TEST_NOT_SET: the environment variable is "
        "not set\n"
        "jupiter.api_key: file:" +
            path_ + ": must be one line of at most 4096 printable ASCII characters without spaces");
    EXPECT_EQ(settings_.network.endpoints[0].rpc_url, "");
}

TEST_F(Secrets, AMissingAndAnEmptyFileAreProblems) {
    EXPECT_NE(resolve_secrets(settings_).error().text.find("No such file"), std::string::npos);
    write("\n");
    EXPECT_NE(resolve_secrets(settings_).error().text.find("is empty"), std::string::npos);
    write(std::string(4'096, 'k'));
    EXPECT_TRUE(resolve_secrets(settings_));
    write(std::string(4'097, 'k'));
    EXPECT_FALSE(resolve_secrets(settings_));
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

}  // namespace
}  // namespace sniperforge::config
