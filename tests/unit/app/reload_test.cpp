// SPDX-License-Identifier: MIT
// A settings file that is read again: taken over whole, or refused whole with every reason.
#include "app/reload.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "app/commands.hpp"
#include "app/drill_names.hpp"
#include "app/run_setup.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr WallTime kNow{1'800'000'000'000'000'000};

class ReloadTest : public ::testing::Test {
 protected:
    ReloadTest() {
        fs::remove_all(root);
        fs::create_directories(root);
        source.path = (root / "settings.yaml").string();
        source.state_dir = root.string();
    }
    ~ReloadTest() override { fs::remove_all(root); }

    void write(const std::string& yaml) const {
        std::ofstream{source.path, std::ios::trunc} << yaml;
    }
    [[nodiscard]] auto plan() const { return plan_reload(running, source, kNow); }
    // That allows what `yaml` says.
    void drill(const config::Settings& settings) const {
        Certificate certificate;
        certificate.build_id = build_id();
        certificate.executable_sha256 = *executable_sha256();
        certificate.config_sha256 = config_sha256(settings);
        certificate.created = kNow;
        certificate.is_passed = true;
        certificate.seeds = kCertificateSeedsMin;
        certificate.landed = 1;
        for (const auto name : kDrillScenarios) {
            certificate.scenarios.push_back({std::string{name}, 20, 0});
        }
        ASSERT_TRUE(write_certificate(source.state_dir, certificate));
    }

    fs::path root = fs::path{::testing::TempDir()} / ("sf_reload_" + std::to_string(::getpid()));
    config::Settings running;
    ReloadSource source;
};

TEST_F(ReloadTest, AnUnchangedFileChangesNothing) {
    write("risk:\n  trade_max_usd: \"100\"\n");
    const auto same = plan();
    ASSERT_TRUE(same);
    EXPECT_TRUE(same->changes.empty());
    EXPECT_EQ(to_json(*same), R"({"ok":true,"exit_code":0,"problems":[],"changes":[]})");
}

TEST_F(ReloadTest, AWrongFileIsRefusedWithEveryProblem) {
    write("risk:\n  trade_max_usd: 0,5\n  positions_max: 0\nmomentum:\n  slipage_bps: 1\n");
    const auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit_code, kExitUsage);
    EXPECT_EQ(refused.error().problems.size(), 3U);
    EXPECT_EQ(refused.error().problems[0].find(source.path + ":2: risk.trade_max_usd"), 0U);
    EXPECT_TRUE(refused.error().changes.empty());
}

// Also what contradicts only together.
TEST_F(ReloadTest, AFileWhoseSettingsContradictIsRefused) {
    write("risk:\n  trade_max_usd: \"100\"\n  capital_max_usd: \"99\"\n");
    const auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit_code, kExitUsage);
}

TEST_F(ReloadTest, AFileThatIsGoneIsRefused) {
    const auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit_code, kExitUsage);
    EXPECT_EQ(refused.error().problems[0].find(source.path), 0U);
}

TEST_F(ReloadTest, EachKeyThatTakesARestartIsNamedAndNothingIsTaken) {
    write(
        "risk:\n  trade_max_usd: \"50\"\n  breaker_open_s: 31\n"
        "wallet:\n  keypair_file: \"/x\"\n");
    const auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit_code, kExitRefused);
    ASSERT_EQ(refused.error().problems.size(), 2U);
    EXPECT_EQ(refused.error().problems[0],
              R"(wallet.keypair_file: "" -> "/x" takes a restart; put it back, or stop the daemon )"
              "and start it with the file");
    EXPECT_EQ(refused.error().problems[1].find("risk.breaker_open_s: 30 -> 31 "), 0U);
    EXPECT_EQ(refused.error().changes.size(), 3U);
}

// ---- The certificate ----

TEST_F(ReloadTest, InLiveModeALooserLimitNeedsACertificateForTheseSettings) {
    source.is_certificate_asked = true;
    write("exits:\n  stop_loss_bps: 801\n");
    auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit_code, kExitRefused);
    EXPECT_EQ(refused.error().problems[0],
              "exits.stop_loss_bps: 800 -> 801 loosens a limit, which takes a drill with these "
              "settings first");
    drill(running);  // Of what runs, not of what is to run.
    EXPECT_FALSE(plan());
    config::Settings looser = running;
    looser.exits.stop_loss = BasisPoints{801};
    drill(looser);
    EXPECT_TRUE(plan());
}

TEST_F(ReloadTest, ATighterLimitAndAParameterNeedNone) {
    source.is_certificate_asked = true;
    write("exits:\n  stop_loss_bps: 799\nmomentum:\n  rise_min_bps: 10\n");
    const auto planned = plan();
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->changes.size(), 2U);
}

TEST_F(ReloadTest, OutsideLiveModeNobodyAsksForOne) {
    write("exits:\n  stop_loss_bps: 801\n");
    const auto planned = plan();
    ASSERT_TRUE(planned);
    EXPECT_TRUE(planned->changes[0].is_looser);
}

TEST_F(ReloadTest, ARunWithoutAFileAndASingleJobAreNotReloaded) {
    write("");
    source.is_single_job = true;
    EXPECT_EQ(plan().error().exit_code, kExitRefused);
    source = {};
    const auto refused = plan();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().problems[0].find("--config"), std::string::npos);
}

// Its own limits are in none of the settings that a reload reads.
TEST_F(ReloadTest, AJobWithLimitsOfItsOwnIsASingleJobWhateverTheSettingsSay) {
    const auto is_single = [](const LiveJob& job) {
        DaemonOptions options;
        take_job(job, options);
        return options.is_single_job();
    };
    EXPECT_FALSE(is_single({}));
    EXPECT_TRUE(is_single({.trade_max = MicroUsd{1}}));
    EXPECT_TRUE(is_single({.capital_max = MicroUsd{1}}));
    EXPECT_TRUE(is_single({.is_flattening = true}));
    EXPECT_TRUE(is_single({.round_trip = RoundTripOptions{}}));
}

// ---- What is too long ----

TEST_F(ReloadTest, OfManyProblemsTheFirstHundredAreToldAndTheOthersCounted) {
    for (const std::size_t count : {100U, 101U, 5'000U}) {
        std::string yaml;
        for (std::size_t i = 0; i < count; ++i) {
            yaml += fmt::format("unknown_{}: 1\n", i);
        }
        write(yaml);
        const auto refused = plan();
        ASSERT_FALSE(refused);
        const auto& problems = refused.error().problems;
        EXPECT_EQ(problems.size(), count == 100 ? 100U : 101U);
        EXPECT_EQ(problems.back() == fmt::format("and {} more", count - 100), count > 100);
    }
}

// Each key and recipe is told in some bytes at most, and so are all of them.
TEST_F(ReloadTest, TheLargestChangeThatThereIsFitsTheJournalAndTheAnswer) {
    std::string yaml = "sniper:\n  recipes:\n";
    for (std::size_t i = 0; i < config::kRecipesMax; ++i) {
        yaml += fmt::format("    - name: \"{}{}\"\n", std::string(60, 'r'), i);
    }
    yaml += "risk:\n  deny_mints:\n";
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        yaml += fmt::format("    - \"{}\"\n", sniperforge::test::key_of(i + 1).to_string());
    }
    write(yaml);
    const auto planned = plan();
    ASSERT_TRUE(planned) << planned.error().problems[0];
    EXPECT_LT(engine::body_of(engine::SettingsChanged{"", planned->changes}).size(),
              kChangesBytesMax);
    EXPECT_LT(to_json(*planned).size(), kChangesBytesMax);
}

TEST_F(ReloadTest, ChangesThatAreTooLongForOneRecordAreRefusedAndOnesThatFitAreNot) {
    std::vector<config::SettingChange> changes(1);
    const std::size_t around = engine::body_of(engine::SettingsChanged{"", changes}).size();
    for (const std::size_t more : {0U, 1U}) {
        changes[0].before = std::string(kChangesBytesMax - around + more, 'x');
        EXPECT_EQ(check_size(changes).has_value(), more == 0);
    }
}

// ---- What is not written down is not done ----

struct FakeKeeper final : engine::RecordKeeper {
    bool record(engine::RecorderItem item, WallTime /*at*/) override {
        is_told = std::holds_alternative<engine::SettingsChanged>(item);
        is_failed = is_failed || is_failing_then;
        return is_room;
    }
    bool record_signed(const OrderIntent& /*intent*/, const engine::OrderSigned& /*order*/,
                       WallTime /*at*/) override {
        return false;
    }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return is_failed; }
    void write_waiting() override {}
    bool is_room = true, is_failed = false, is_failing_then = false, is_told = false;
};

TEST_F(ReloadTest, AChangeIsDoneOnlyWhenARecorderThatHasNotFailedTookIt) {
    FakeKeeper good;
    EXPECT_TRUE(write_down({}, good, kNow));
    EXPECT_TRUE(good.is_told);
    FakeKeeper full;
    full.is_room = false;
    EXPECT_FALSE(write_down({}, full, kNow));
    FakeKeeper failed;  // It takes what comes and writes none of it.
    failed.is_failed = true;
    EXPECT_FALSE(write_down({}, failed, kNow));
    EXPECT_FALSE(failed.is_told);
    FakeKeeper failing;
    failing.is_failing_then = true;
    EXPECT_FALSE(write_down({}, failing, kNow));
}

// ---- Between the threads ----

TEST_F(ReloadTest, TheLoopTakesItOverAndTheNextReloadIsHeldAgainstThat) {
    write("exits:\n  stop_loss_bps: 700\n");
    Reloader reloader{running, source, [] {}};
    std::vector<config::SettingChange> taken;
    const auto with_loop = [&](const Reloader::Apply& apply) {
        std::string answer;
        std::atomic<bool> is_over = false;
        std::thread control{[&] {
            answer = reloader.reload(kNow);
            is_over = true;
        }};
        while (!is_over) {
            reloader.serve(apply);
            std::this_thread::yield();
        }
        control.join();
        return answer;
    };
    const Reloader::Apply take = [&](const ReloadPlan& plan) -> Result<void> {
        EXPECT_EQ(plan.settings.exits.stop_loss, BasisPoints{700});
        taken = plan.changes;
        return {};
    };
    const std::string refused =
        with_loop([](const ReloadPlan&) -> Result<void> { return fail("the run is ending"); });
    EXPECT_NE(refused.find(R"("ok":false,"exit_code":1,"problems":["the run is ending"])"),
              std::string::npos)
        << refused;
    const std::string answer = with_loop(take);
    EXPECT_NE(answer.find(R"({"ok":true,"exit_code":0,"problems":[],"changes":[)"
                          R"({"key":"exits.stop_loss_bps","before":"800","after":"700",)"),
              std::string::npos)
        << answer;
    ASSERT_EQ(taken.size(), 1U);
    taken.clear();
    EXPECT_NE(with_loop(take).find(R"("changes":[]})"), std::string::npos);
    EXPECT_TRUE(taken.empty());
}

TEST_F(ReloadTest, ALoopThatDoesNotLookKeepsNobodyWaitingAndIsNotHandedItLater) {
    write("exits:\n  stop_loss_bps: 700\n");
    int wakes = 0;
    Reloader reloader{running, source, [&] { ++wakes; }, Duration{0}};
    const std::string answer = reloader.reload(kNow);
    EXPECT_NE(answer.find("the loop did not look at it within 0 ms"), std::string::npos) << answer;
    EXPECT_EQ(wakes, 1);
    bool is_applied = false;
    reloader.serve([&](const ReloadPlan&) -> Result<void> {
        is_applied = true;
        return {};
    });
    EXPECT_FALSE(is_applied);
}

}  // namespace
}  // namespace sniperforge::app
