// SPDX-License-Identifier: MIT
#include "app/certificate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/build_id.hpp"
#include "app/drill_names.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

constexpr WallTime kNow{1'800'000'000'000'000'000};
constexpr Duration kSecond = std::chrono::seconds{1};

class CertificateTest : public ::testing::Test {
 protected:
    CertificateTest() {
        fs::remove_all(root);
        fs::create_directories(root);
    }
    ~CertificateTest() override { fs::remove_all(root); }

    // One that counts.
    [[nodiscard]] Certificate good() const {
        Certificate certificate;
        certificate.build_id = build_id();
        certificate.executable_sha256 = *executable_sha256();
        certificate.config_sha256 = config_sha256(settings);
        certificate.created = kNow;
        certificate.is_passed = true;
        certificate.seeds = kCertificateSeedsMin;
        certificate.landed = 1;
        certificate.not_drilled = {"feed.pools", "jupiter.url"};
        for (const auto name : kDrillScenarios) {
            certificate.scenarios.push_back({std::string{name}, 20, 0});
        }
        return certificate;
    }
    // Why the certificate is refused, or nothing.
    [[nodiscard]] std::string refusal(const Certificate& certificate, WallTime now = kNow) const {
        const auto written = write_certificate(directory(), certificate);
        EXPECT_TRUE(written) << written.error().text;
        const auto checked = check_certificate(directory(), settings, now);
        return checked ? "" : checked.error().text;
    }
    [[nodiscard]] std::string directory() const { return root.string(); }
    [[nodiscard]] std::string file() const {
        std::ifstream in{certificate_path(directory())};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void replace_file(const std::string& text) const {
        std::ofstream{certificate_path(directory()), std::ios::trunc} << text;
    }

    fs::path root =
        fs::path{::testing::TempDir()} / ("sf_certificate_" + std::to_string(::getpid()));
    config::Settings settings;
};

TEST_F(CertificateTest, IsReadBackAsItWasWritten) {
    Certificate certificate = good();
    certificate.seed_first = UINT64_MAX;
    certificate.scenarios[1].violations = 3;
    certificate.steps = 123'456;
    certificate.orders = 789;
    certificate.faults = {{"kill", 12}, {"rug_pull", UINT64_MAX}};
    certificate.faults_missing = {"hang", "rug_mint"};
    certificate.faults_not_drilled = {{"rug_pause", "\"why\""}};
    ASSERT_TRUE(write_certificate(directory(), certificate));
    const auto read = read_certificate(directory());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, certificate);
    // Nothing is left of the writing.
    EXPECT_EQ(std::distance(fs::directory_iterator{root}, fs::directory_iterator{}), 1);
}

TEST_F(CertificateTest, CountsForThisBuildAndTheseSettings) { EXPECT_EQ(refusal(good()), ""); }

TEST_F(CertificateTest, IsRefusedWhenThereIsNoneAndSaysWhatToRun) {
    const auto checked = check_certificate(directory(), settings, kNow);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().text.find(certificate_path(directory())), std::string::npos);
    EXPECT_NE(checked.error().text.find("`sniperforge drill --scenario all --seeds 200 "
                                        "--state-dir " +
                                        directory() + "`"),
              std::string::npos)
        << checked.error().text;
}

TEST_F(CertificateTest, CountsForSevenDaysAndNotALittleLonger) {
    EXPECT_EQ(refusal(good(), kNow + kCertificateAgeMax), "");
    EXPECT_NE(refusal(good(), kNow + kCertificateAgeMax + Duration{1})
                  .find("604800 s old, allowed "
                        "604800 s"),
              std::string::npos);
    EXPECT_NE(refusal(good(), kNow + kCertificateAgeMax + kSecond).find("604801 s old"),
              std::string::npos);
}

TEST_F(CertificateTest, OfTheFutureIsRefused) {
    EXPECT_NE(refusal(good(), WallTime{kNow.ns - 1}).find("is from 2027-01-15T08:00:00Z"),
              std::string::npos);
}

TEST_F(CertificateTest, OfAnotherBuildIsRefused) {
    Certificate certificate = good();
    certificate.build_id += "x";
    EXPECT_NE(refusal(certificate).find("is of build " + build_id() + "x"), std::string::npos);
    certificate = good();
    certificate.executable_sha256[0] = certificate.executable_sha256[0] == '0' ? '1' : '0';
    EXPECT_NE(refusal(certificate).find("executable"), std::string::npos);
}

TEST_F(CertificateTest, OfOtherSettingsIsRefused) {
    ASSERT_EQ(refusal(good()), "");
    settings.risk.positions_max += 1;
    const auto checked = check_certificate(directory(), settings, kNow);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().text.find("is of settings "), std::string::npos);
}

TEST_F(CertificateTest, NeedsEverySeedAndEveryScenarioAndNoViolation) {
    Certificate certificate = good();
    certificate.seeds = kCertificateSeedsMin - 1;
    EXPECT_NE(refusal(certificate).find("of 199 seeds, wanted at least 200"), std::string::npos);
    certificate = good();
    certificate.scenarios.back().runs = 0;
    EXPECT_NE(refusal(certificate).find("no run of scenario protocols"), std::string::npos);
    certificate = good();
    certificate.scenarios.erase(certificate.scenarios.begin());
    EXPECT_NE(refusal(certificate).find("no run of scenario nodes"), std::string::npos);
    certificate = good();
    certificate.violations = 1;
    EXPECT_NE(refusal(certificate).find("1 violations, allowed 0"), std::string::npos);
    certificate = good();
    certificate.is_passed = false;
    EXPECT_NE(refusal(certificate).find("did not pass"), std::string::npos);
}

TEST_F(CertificateTest, OfADrillThatLacksAKindOfFaultIsRefusedAndNamesIt) {
    Certificate certificate = good();
    certificate.is_passed = false;
    certificate.faults_missing = {"hang", "rug_mint"};
    EXPECT_NE(refusal(certificate).find("did not inject hang, rug_mint, wanted each kind"),
              std::string::npos);
    certificate.is_passed = true;  // Whoever wrote it.
    EXPECT_NE(refusal(certificate).find("did not inject hang"), std::string::npos);
    certificate.faults_missing.clear();
    EXPECT_EQ(refusal(certificate), "");
}

TEST_F(CertificateTest, CountsWithoutWhatItsSettingsLeftNothingToDoToAndSaysSo) {
    EXPECT_TRUE(faults_not_drilled_lines(good()).empty());
    Certificate certificate = good();
    certificate.faults_not_drilled = {
        {"rug_pause", "nothing to pause"}, {"rug_gift", "few"}, {"rug_theft", "few"}};
    ASSERT_EQ(refusal(certificate), "");
    const auto read = check_certificate(directory(), settings, kNow);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(
        faults_not_drilled_lines(*read),
        (std::vector<std::string>{"rug_gift, rug_theft: few", "rug_pause: nothing to pause"}));
}

// Strategies that are off, limits that nothing fits: no violation, because nothing was tried.
TEST_F(CertificateTest, OfADrillInWhichNothingLandedIsRefused) {
    Certificate certificate = good();
    certificate.landed = 0;
    EXPECT_NE(refusal(certificate).find("no order landed, wanted at least 1"), std::string::npos);
}

TEST_F(CertificateTest, CutOrChangedByOneByteIsRefusedAndSaysSo) {
    ASSERT_EQ(refusal(good()), "");
    const std::string text = file();
    for (std::size_t at = 0; at < text.size(); at += 7) {
        std::string changed = text;
        changed[at] = changed[at] == '1' ? '2' : '1';
        replace_file(changed);
        EXPECT_FALSE(check_certificate(directory(), settings, kNow)) << at;
        replace_file(text.substr(0, at));
        EXPECT_FALSE(check_certificate(directory(), settings, kNow)) << at;
    }
    replace_file(text + " ");
    const auto checked = check_certificate(directory(), settings, kNow);
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().text.find("is damaged, edited, or not a readiness certificate"),
              std::string::npos);
    replace_file(text);
    EXPECT_TRUE(check_certificate(directory(), settings, kNow));
}

TEST_F(CertificateTest, ReplacesAnOlderOneWhole) {
    ASSERT_EQ(refusal(good()), "");
    Certificate failed = good();
    failed.is_passed = false;
    failed.violations = 2;
    EXPECT_NE(refusal(failed), "");
    EXPECT_EQ(read_certificate(directory())->violations, 2U);
}

TEST_F(CertificateTest, SettingsHashTheSameBeforeAndAfterTheirSecretsAreRead) {
    config::EndpointSettings endpoint;
    endpoint.name = "a";
    endpoint.rpc_url_reference = "env:URL";
    endpoint.pubsub_url = "wss://a.example";
    endpoint.api_key = config::Secret{"env:KEY", ""};
    settings.network.endpoints = {endpoint};
    const std::string before = config_sha256(settings);
    settings.network.endpoints[0].rpc_url = "https://a.example";
    settings.network.endpoints[0].api_key->value = "value";
    EXPECT_EQ(config_sha256(settings), before);
    settings.network.endpoints[0].api_key->reference = "env:OTHER";
    EXPECT_NE(config_sha256(settings), before);
    EXPECT_EQ(before.size(), 64U);
}

}  // namespace
}  // namespace sniperforge::app
