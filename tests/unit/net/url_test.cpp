// SPDX-License-Identifier: MIT
#include "net/url.hpp"

#include <gtest/gtest.h>

namespace sniperforge::net {
namespace {

TEST(ParseUrl, TakesApartSchemeHostPortAndTarget) {
    const auto url = parse_url("https://RPC.Example.com:8899/path/x?api-key=1#part");
    ASSERT_TRUE(url) << url.error().text;
    EXPECT_EQ(url->address, (Address{"rpc.example.com", 8899, true}));
    EXPECT_EQ(url->target, "/path/x?api-key=1");
}

TEST(ParseUrl, KnowsTheFourSchemesAndTheirPorts) {
    EXPECT_EQ(parse_url("http://h")->address, (Address{"h", 80, false}));
    EXPECT_EQ(parse_url("https://h")->address, (Address{"h", 443, true}));
    EXPECT_EQ(parse_url("ws://h")->address, (Address{"h", 80, false}));
    EXPECT_EQ(parse_url("WSS://h")->address, (Address{"h", 443, true}));
    EXPECT_EQ(parse_url("ws://h")->target, "/");
    EXPECT_EQ(parse_url("ws://h?x=1")->target, "/?x=1");
    EXPECT_EQ(parse_url("http://[::1]:8900/")->address, (Address{"::1", 8900, false}));
}

TEST(ParseUrl, RefusesWhatItDoesNotUnderstand) {
    for (const std::string_view text : {"",
                                        "host",
                                        "ftp://host",
                                        "http://",
                                        "http:///x",
                                        "http://h:",
                                        "http://h:0",
                                        "http://h:65536",
                                        "http://h:1x",
                                        "http://h:-1",
                                        "http://[::1",
                                        "http://[::1]x",
                                        "http://ho st/",
                                        "http://h/a b",
                                        "http://h/a\r\nX: y",
                                        "http://user:secret@h/",
                                        "http://h\xc3\xa4/",
                                        "http://h/\xc3\xa4",
                                        "http://:80/",
                                        "http://h:80:80/"}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
    EXPECT_TRUE(parse_url("http://h:1"));
    EXPECT_TRUE(parse_url("http://h:65535"));
}

TEST(ParseUrl, ErrorsDoNotRepeatSecrets) {
    const auto url = parse_url("http://user:hunter2@h/0123456789abcdef0123?api-key=topsecret x");
    ASSERT_FALSE(url);
    for (const std::string_view secret : {"hunter2", "0123456789abcdef", "topsecret"}) {
        EXPECT_FALSE(url.error().text.contains(secret)) << url.error().text;
    }
}

TEST(RedactUrl, HidesUserInfoQueryAndLongSegments) {
    EXPECT_EQ(redact_url("https://h:1/v1/abc?api-key=1"), "https://h:1/v1/abc?***");
    EXPECT_EQ(redact_url("wss://u:p@h/x"), "wss://h/x");
    EXPECT_EQ(redact_url("wss://u:p/w@h/x"), "wss://h/x");
    EXPECT_EQ(redact_url("https://h"), "https://h");
    EXPECT_EQ(redact_url("https://h?k=v"), "https://h?***");
    EXPECT_EQ(redact_url("https://h/a/"), "https://h/a/");
}

TEST(RedactUrl, ASegmentOf15CharactersStaysAndOneOf16Goes) {
    EXPECT_EQ(redact_url("https://h/012345678901234/x"), "https://h/012345678901234/x");
    EXPECT_EQ(redact_url("https://h/0123456789012345/x"), "https://h/***/x");
}

TEST(PercentEncode, KeepsTheUnreservedAndEncodesTheRest) {
    EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encode("a b/&=+%\xff"), "a%20b%2F%26%3D%2B%25%FF");
}

TEST(QueryValue, FindsAndDecodes) {
    EXPECT_EQ(query_value("/p?a=1&b=x%20y+z&c", "b"), "x y z");
    EXPECT_EQ(query_value("/p?a=1&b=2", "a"), "1");
    EXPECT_EQ(query_value("/p?a=1&c", "c"), "");
    EXPECT_EQ(query_value("/p?a=1", "b"), std::nullopt);
    EXPECT_EQ(query_value("/p", "a"), std::nullopt);
    EXPECT_EQ(query_value("/p?a%62=1", "ab"), "1");
    EXPECT_EQ(query_value("/p?a=%4", "a"), std::nullopt);
    EXPECT_EQ(query_value("/p?a=%zz", "a"), std::nullopt);
    EXPECT_EQ(query_value("/p?" + percent_encode("k&") + "=" + percent_encode("v=+ "), "k&"),
              "v=+ ");
}

TEST(HostHeader, OmitsOnlyTheSchemesOwnPort) {
    EXPECT_EQ(host_header({"h", 80, false}), "h");
    EXPECT_EQ(host_header({"h", 443, false}), "h:443");
    EXPECT_EQ(host_header({"h", 443, true}), "h");
    EXPECT_EQ(host_header({"::1", 80, true}), "[::1]:80");
}

TEST(HasToken, LooksAtWholeTokensInAnyCase) {
    EXPECT_TRUE(has_token("keep-alive, Upgrade", "upgrade"));
    EXPECT_TRUE(has_token("\tupgrade ", "UPGRADE"));
    EXPECT_FALSE(has_token("upgraded", "upgrade"));
    EXPECT_FALSE(has_token("", "upgrade"));
}

}  // namespace
}  // namespace sniperforge::net
