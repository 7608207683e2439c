// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sniperforge/config/load.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::config {
namespace {

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

}  // namespace
}  // namespace sniperforge::config
