// SPDX-License-Identifier: MIT
#include "sniperforge/config/loopback.hpp"

#include <gtest/gtest.h>

#include "sniperforge/config/load.hpp"

namespace sniperforge::config {
namespace {

TEST(Loopback, TakesAddressesThatThisMachineAloneReaches) {
    const std::pair<const char*, const char*> taken[] = {{"127.0.0.1:9301", "127.0.0.1"},
                                                         {"127.255.0.9:1", "127.255.0.9"},
                                                         {"localhost:0", "127.0.0.1"},
                                                         {"[::1]:65535", "::1"}};
    for (const auto& [text, host] : taken) {
        const auto address = parse_loopback(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->host, host);
    }
    EXPECT_EQ(parse_loopback("[::1]:65535")->port, 65'535);
}

TEST(Loopback, RefusesEveryOtherAndSaysWhatToWrite) {
    for (const char* text : {"0.0.0.0:9301", "192.168.0.1:9301", "[::]:9301", "[::2]:9301",
                             "example.com:9301", ":9301", "127.0.0.1.example.com:9301",
                             "127.1:9301", "127.0.0.256:9301", "127.0.0.01:9301", "128.0.0.1:9301",
                             "127.0.0.1.:9301", "::1:9301", "LOCALHOST:9301", " 127.0.0.1:9301"}) {
        const auto address = parse_loopback(text);
        ASSERT_FALSE(address) << text;
        EXPECT_NE(address.error().text.find("write 127.0.0.1:9301"), std::string::npos)
            << address.error().text;
    }
    for (const char* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                             "127.0.0.1:9301 ", "127.0.0.1:http", "127.0.0.1:09301"}) {
        const auto address = parse_loopback(text);
        ASSERT_FALSE(address) << text;
        EXPECT_NE(address.error().text.find("is not host:port"), std::string::npos);
    }
}

TEST(Loopback, TheSettingsRefuseIt) {
    EXPECT_TRUE(load_text("ops: {listen: \"127.0.0.1:9301\"}\n", "f.yaml"));
    EXPECT_TRUE(load_text("ops: {listen: \"\"}\n", "f.yaml"));
    const auto open = load_text("ops:\n  listen: \"0.0.0.0:9301\"\n", "f.yaml");
    ASSERT_FALSE(open);
    EXPECT_NE(open.error().text().find("f.yaml:2: ops.listen: "), std::string::npos)
        << open.error().text();
}

}  // namespace
}  // namespace sniperforge::config
