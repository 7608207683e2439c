// SPDX-License-Identifier: MIT
// URLs, keys and the list of endpoints.
#include "unit/config/load_support.hpp"

namespace sniperforge::config {
namespace {

using namespace test;

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

}  // namespace
}  // namespace sniperforge::config
