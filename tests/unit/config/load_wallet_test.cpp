// SPDX-License-Identifier: MIT
// Who signs, and where the money may go.
#include <gtest/gtest.h>

#include <string>

#include "sniperforge/config/load.hpp"

namespace sniperforge::config {
namespace {

TEST(LoadWallet, ReadsAColdAddressAndWritesItAgain) {
    const std::string address = "SysvarC1ock11111111111111111111111111111111";
    const auto settings =
        load_text("wallet:\n  cold_address: \"" + address + "\"\nsigner:\n  process: true\n", "f");
    ASSERT_TRUE(settings) << settings.error().text();
    ASSERT_TRUE(settings->wallet.cold_address);
    EXPECT_EQ(settings->wallet.cold_address->to_string(), address);
    EXPECT_TRUE(settings->signer.is_process);
    const auto again = load_text(show(*settings), "shown");
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, *settings);
}

TEST(LoadWallet, HasNoColdAddressAndNoProcessUnlessTold) {
    const auto settings = load_text("wallet:\n  cold_address: \"\"\n", "f");
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->wallet.cold_address);
    EXPECT_FALSE(settings->signer.is_process);
}

TEST(LoadWallet, SaysWhereSomethingElseThanAKeyStands) {
    // One character too few of a key, and what looks like one and is no base58.
    for (const char* text : {"SysvarC1ock1111111111111111111111111111111", "0OIl", "[]"}) {
        const auto settings =
            load_text(std::string{"wallet:\n  cold_address: "} + text + "\n", "f");
        ASSERT_FALSE(settings) << text;
        EXPECT_TRUE(settings.error().text().starts_with("f:2: wallet.cold_address: "))
            << settings.error().text();
    }
}

}  // namespace
}  // namespace sniperforge::config
