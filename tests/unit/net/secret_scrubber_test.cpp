// SPDX-License-Identifier: MIT
#include "sniperforge/net/secret_scrubber.hpp"

#include <gtest/gtest.h>

namespace sniperforge::net {
namespace {

TEST(SecretScrubber, TakesOutEachOccurrence) {
    SecretScrubber scrubber;
    scrubber.add("canary");
    EXPECT_EQ(scrubber.scrub("a canary, canarycanary!"), "a ***, ******!");
    EXPECT_EQ(scrubber.scrub("nothing here"), "nothing here");
    EXPECT_EQ(scrubber.scrub(""), "");
}

TEST(SecretScrubber, LeavesTextsAloneThatAreTooShortToBeSecrets) {
    SecretScrubber scrubber;
    scrubber.add("");
    scrubber.add("12345");
    EXPECT_TRUE(scrubber.is_empty());
    scrubber.add("123456");
    EXPECT_EQ(scrubber.scrub("12345 123456"), "12345 ***");
}

TEST(SecretScrubber, TakesTheLongerOfTwoThatOverlap) {
    SecretScrubber scrubber;
    scrubber.add("secret");
    scrubber.add("secret-and-more");
    EXPECT_EQ(scrubber.scrub("secret-and-more, secret"), "***, ***");
}

TEST(SecretScrubber, FindsWhatIsSecretInAUrl) {
    SecretScrubber scrubber;
    scrubber.add_url(
        "https://user-name:pass-word@host.example:8899/v1/abcdef12/solana-main/"
        "ABCDEFGHIJKLMNOP?api-key=query-value&x=1&bare-parameter#frag-ment");
    EXPECT_EQ(scrubber.scrub("user-name pass-word abcdef12 ABCDEFGHIJKLMNOP query-value "
                             "bare-parameter frag-ment"),
              "*** *** *** *** *** *** ***");
    EXPECT_EQ(scrubber.scrub("host.example:8899 v1 solana-main api-key"),
              "host.example:8899 v1 solana-main api-key")
        << "names stay, or nobody could read the message";
}

TEST(SecretScrubber, KnowsTheDecodedFormToo) {
    SecretScrubber scrubber;
    scrubber.add_url("https://h/?key=ab%2Fcd%2Fef");
    EXPECT_EQ(scrubber.scrub("ab%2Fcd%2Fef and ab/cd/ef"), "*** and ***");
}

TEST(SecretScrubber, TakesAnythingForAUrl) {
    for (const auto* text : {"", "://", "no scheme", "https://", "https://@", "?", "#", "a?&&=&"}) {
        SecretScrubber scrubber;
        scrubber.add_url(text);
        EXPECT_EQ(scrubber.scrub("xyz"), "xyz") << text;
    }
}

}  // namespace
}  // namespace sniperforge::net
