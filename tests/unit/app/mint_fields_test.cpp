// SPDX-License-Identifier: MIT
#include "app/mint_fields.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <iterator>

#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"

namespace sniperforge::app {
namespace {

using solana::Mint;
using solana::MintExtensions;
using Flags = std::vector<std::string>;

// The fuzz seed that has every extension of mints, and one that nobody knows.
Bytes mint_with_all() {
    const auto path =
        test::source_dir() / "tests/fuzz/corpus/token_extensions_garbage/mint_with_all";
    std::ifstream in{path, std::ios::binary};
    EXPECT_TRUE(in) << path;
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return {text.begin(), text.end()};
}

TEST(MintFields, ShowEveryExtensionByNameAsValidJson) {
    const Bytes data = mint_with_all();
    const auto extensions = solana::decode_mint_extensions(data);
    ASSERT_TRUE(extensions) << extensions.error().text;
    const std::string json = extension_fields(*extensions).object();
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    ASSERT_EQ(parser.parse(json).get(object), simdjson::SUCCESS) << json;
    EXPECT_EQ(object.size(), extensions->entries.size());
    for (const auto& entry : extensions->entries) {
        simdjson::dom::object fields;
        const std::string name = solana::extension_name(entry.type);
        ASSERT_EQ(object[name].get(fields), simdjson::SUCCESS) << name;
        // Only one has nothing to say beside its name.
        EXPECT_EQ(fields.size() == 0, entry.type == solana::ExtensionType::NonTransferable) << name;
    }
    EXPECT_EQ(std::string_view{object["Extension99"]["data_hex"]}, "616263");
}

TEST(MintFields, ShowMultipliersAndWhatIsNoNumber) {
    MintExtensions extensions;
    extensions.entries = {{solana::ExtensionType::ScaledUiAmount, {}}};
    extensions.scaled_ui_amount =
        solana::ScaledUiAmount{{}, 0x3ff8000000000000, 5, 0x7ff0000000000000};  // 1.5, infinity.
    EXPECT_EQ(extension_fields(extensions).object(),
              R"({"ScaledUiAmount":{"authority":null,"multiplier":"1.5",)"
              R"("new_multiplier_effective_timestamp":"5","new_multiplier":null}})");
}

// ---- What the verdict on its token finds in it ----

std::vector<std::string> found_in(const AccountDump& dump, const config::Settings& settings) {
    std::vector<std::string> texts;
    for (const JsonFields& finding : mint_findings(settings, dump)) {
        texts.push_back(finding.object());
    }
    return texts;
}

std::string finding(std::string_view code, bool is_refusing, unsigned value, unsigned limit) {
    return fmt::format(
        R"({{"code":"{}","outcome":"{}","value":"{}","limit":"{}","is_refusing":{}}})", code,
        is_refusing ? "failed" : "passed", value, limit, is_refusing);
}

TEST(MintFindings, AreThoseOfTheSettingsPolicyAndNothingThatAMintDoesNotSay) {
    AccountDump dump;
    dump.owner = solana::kTokenProgram;
    const auto data = solana::encode_mint({.mint_authority = solana::kUsdcMint,
                                           .supply = TokenAmount{5},
                                           .decimals = 6,
                                           .freeze_authority = {}});
    dump.data.assign(data.begin(), data.end());
    config::Settings settings;
    EXPECT_EQ(found_in(dump, settings), (Flags{finding("MINT_AUTHORITY", true, 1, 0),
                                               finding("FREEZE_AUTHORITY", false, 0, 0)}));
    settings.sniper.is_mint_authority_allowed = true;
    EXPECT_EQ(found_in(dump, settings)[0], finding("MINT_AUTHORITY", false, 1, 1));
    settings.sniper.recipes.emplace_back();  // In place of the flat settings.
    EXPECT_EQ(found_in(dump, settings)[0], finding("MINT_AUTHORITY", true, 1, 0));
}

// Each extension has a finding; what is listed passes unless it is a trap, or takes too much.
TEST(MintFindings, HaveOneForEachExtensionByWhatIsAllowed) {
    AccountDump dump;
    dump.is_owner_known = false;  // The bytes say whose mint it is.
    dump.data = mint_with_all();
    const auto extensions = solana::decode_mint_extensions(dump.data);
    ASSERT_TRUE(extensions);
    config::Settings settings;
    EXPECT_EQ(found_in(dump, settings).size(), 2 + extensions->entries.size());
    const auto refusing = [&] {
        std::size_t count = 0;
        for (const std::string& text : found_in(dump, settings)) {
            const bool is_extension = text.find("EXTENSION_") != std::string::npos;
            count += is_extension && text.ends_with(R"("is_refusing":true})") ? 1U : 0U;
        }
        return count;
    };
    const std::size_t before = refusing();
    EXPECT_LT(before, extensions->entries.size());  // Metadata is allowed.
    settings.safety.extensions_allowed.emplace_back("MintCloseAuthority");
    EXPECT_EQ(refusing(), before - 1);
    settings.safety.extensions_allowed.clear();
    EXPECT_EQ(refusing(), extensions->entries.size());
}

TEST(MintFindings, SayOfWhatIsNoMintThatItIsNone) {
    AccountDump dump;
    dump.owner = solana::kSystemProgram;
    EXPECT_EQ(found_in(dump, {}), Flags{finding("MINT_UNREADABLE", true, 1, 0)});
}

TEST(RugFlags, AreDownForAMintThatNobodyControls) {
    EXPECT_EQ(rug_flags(Mint{}, {}), Flags{});
    MintExtensions harmless;
    harmless.permanent_delegate.emplace();
    harmless.transfer_hook.emplace().authority = solana::kUsdcMint;
    harmless.default_account_state = solana::DefaultAccountState{1};
    harmless.transfer_fee_config.emplace();
    harmless.pausable.emplace();
    harmless.mint_close_authority.emplace();
    harmless.token_metadata.emplace();
    EXPECT_EQ(rug_flags(Mint{}, harmless), Flags{});
}

TEST(RugFlags, AreUpOneForEachPower) {
    const Pubkey somebody = solana::kUsdcMint;
    Mint mint;
    mint.mint_authority = somebody;
    EXPECT_EQ(rug_flags(mint, {}), Flags{"mint_authority"});
    mint.mint_authority.reset();
    mint.freeze_authority = somebody;
    EXPECT_EQ(rug_flags(mint, {}), Flags{"freeze_authority"});

    const auto flags = [](auto&& change) {
        MintExtensions extensions;
        change(extensions);
        return rug_flags(Mint{}, extensions);
    };
    EXPECT_EQ(flags([&](auto& e) { e.permanent_delegate.emplace().delegate = somebody; }),
              Flags{"permanent_delegate"});
    EXPECT_EQ(flags([&](auto& e) { e.transfer_hook.emplace().program_id = somebody; }),
              Flags{"transfer_hook"});
    EXPECT_EQ(flags([](auto& e) { e.default_account_state = solana::DefaultAccountState{2}; }),
              Flags{"default_frozen"});
    EXPECT_EQ(flags([](auto& e) { e.transfer_fee_config.emplace().older.rate = BasisPoints{1}; }),
              Flags{"transfer_fee"});
    EXPECT_EQ(flags([](auto& e) { e.transfer_fee_config.emplace().newer.rate = BasisPoints{1}; }),
              Flags{"transfer_fee"});
    EXPECT_EQ(flags([&](auto& e) { e.transfer_fee_config.emplace().config_authority = somebody; }),
              Flags{"transfer_fee_authority"});
    EXPECT_EQ(flags([](auto& e) { e.is_non_transferable = true; }), Flags{"non_transferable"});
    EXPECT_EQ(flags([](auto& e) { e.pausable.emplace().is_paused = true; }), Flags{"pausable"});
    EXPECT_EQ(flags([&](auto& e) { e.pausable.emplace().authority = somebody; }),
              Flags{"pausable"});
    EXPECT_EQ(flags([&](auto& e) { e.mint_close_authority.emplace().authority = somebody; }),
              Flags{"mint_close_authority"});
    EXPECT_EQ(flags([](auto& e) { e.has_confidential_transfer = true; }),
              Flags{"confidential_transfer"});
    EXPECT_EQ(flags([](auto& e) { e.has_permissioned_burn = true; }), Flags{"permissioned_burn"});
}

}  // namespace
}  // namespace sniperforge::app
