// SPDX-License-Identifier: MIT
#include "app/wallet_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/secret_file.hpp"
#include "sniperforge/signer/keystore.hpp"
#include "support/sanitizers.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kPassphrase = "correct horse battery staple";

// Not 0 in what follows means that the child said why and what it got.
[[noreturn]] void leave(bool is_as_wanted, std::string_view what) {
    if (!is_as_wanted) {
        fmt::print(stderr, "{}\n", what);
    }
    std::_Exit(is_as_wanted ? 0 : 1);
}

class WalletFileTest : public testing::Test {
 protected:
    WalletFileTest() : directory_{testing::TempDir() + "wallet_file_XXXXXX"} {
        EXPECT_NE(::mkdtemp(directory_.data()), nullptr);
        // Whoever runs this by hand is not to be asked, and not to lend us credentials.
        const int nothing = ::open("/dev/null", O_RDONLY);
        EXPECT_EQ(::dup2(nothing, STDIN_FILENO), STDIN_FILENO);
        ::close(nothing);
        ::unsetenv("CREDENTIALS_DIRECTORY");
    }
    ~WalletFileTest() override { std::filesystem::remove_all(directory_); }

    std::string file(const std::string& name, std::string_view text, mode_t mode = 0600) {
        const std::string path = directory_ + "/" + name;
        std::ofstream{path} << text;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    std::string keystore() {
        return file("keystore",
                    signer::seal_keystore(key(), kPassphrase, signer::kKeystoreCostMin).value());
    }
    std::string passphrase(std::string_view text = kPassphrase) {
        return file("passphrase", fmt::format("{}\n", text));
    }
    std::string plain() { return file("plain", export_keygen_json(key()).value().text()); }
    static solana::Keypair key() {
        std::array<std::uint8_t, solana::kSeedSize> seed{};
        seed.fill(42);
        return std::move(solana::Keypair::from_seed(seed).value());
    }
    static std::string error_of(const config::WalletSettings& settings) {
        const auto loaded = load_wallet(settings);
        return loaded ? "" : loaded.error().text;
    }

    std::string directory_;
};

using WalletFileDeathTest = WalletFileTest;

bool is_in(std::string_view part, std::string_view text) {
    return text.find(part) != std::string_view::npos;
}

TEST_F(WalletFileTest, LoadsEitherFormAsTheKeyThatItWas) {
    for (const auto& settings :
         {config::WalletSettings{plain(), ""}, config::WalletSettings{keystore(), passphrase()}}) {
        const auto loaded = load_wallet(settings);
        ASSERT_TRUE(loaded) << loaded.error().text;
        EXPECT_EQ(loaded->public_key(), key().public_key());
        EXPECT_EQ(loaded->sign(bytes_of("message")), key().sign(bytes_of("message")));
        EXPECT_TRUE(loaded->is_locked());
    }
}

TEST_F(WalletFileTest, TakesThePassphraseOfTheCredentialWhenNoFileIsNamed) {
    const std::string sealed = keystore();
    EXPECT_TRUE(is_in("none is given", error_of({sealed, ""})));
    file("sniperforge-passphrase", kPassphrase, 0440);
    ::setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
    EXPECT_EQ(error_of({sealed, ""}), "");
    EXPECT_TRUE(is_in("does not open", error_of({sealed, passphrase("swordfish")})));
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(WalletFileTest, SaysWhatIsWrongWithWhichFileAndWhatToDo) {
    EXPECT_TRUE(is_in("sniperforge wallet new --out", error_of({})));
    EXPECT_TRUE(is_in("/nonexistent/key: No such file", error_of({"/nonexistent/key", ""})));
    const std::string open = file("open", "[]", 0604);
    EXPECT_TRUE(is_in("chmod 600 " + open, error_of({open, ""})));
    const std::string neither = file("neither", "hello");
    EXPECT_TRUE(is_in(neither, error_of({neither, ""})));
    const std::string sealed = keystore();
    for (const std::string& error :
         {error_of({sealed, ""}), error_of({sealed, passphrase("swordfish")}),
          error_of({file("cut", signer::seal_keystore(key(), "x", signer::kKeystoreCostMin)
                                    .value()
                                    .substr(0, 300)),
                    passphrase()})}) {
        EXPECT_TRUE(is_in(directory_, error)) << error;
        EXPECT_FALSE(is_in("swordfish", error)) << error;
    }
    EXPECT_TRUE(is_in("wallet.passphrase_file", error_of({sealed, ""})));
    EXPECT_TRUE(is_in("/nonexistent/pass", error_of({sealed, "/nonexistent/pass"})));
}

TEST_F(WalletFileDeathTest, MakesTheProcessUndumpableBeforeItLooksAtTheKey) {
    const auto is_closed = [] {
        rlimit core{1, 1};
        ::getrlimit(RLIMIT_CORE, &core);
        return ::prctl(PR_GET_DUMPABLE) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
    };
    const std::string broken = file("broken", "[1,2");
    for (const config::WalletSettings& settings :
         {config::WalletSettings{broken, ""}, config::WalletSettings{keystore(), passphrase()}}) {
        EXPECT_EXIT(
            {
                ::prctl(PR_SET_DUMPABLE, 1);
                const auto loaded = load_wallet(settings);
                leave(is_closed(), loaded ? "loaded and dumpable" : loaded.error().text);
            },
            testing::ExitedWithCode(0), "");
    }
}

// Root may lock what it likes until it gives that up.
void limit_locked_memory(rlim_t bytes) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> capabilities{};
    ::syscall(SYS_capget, &header, capabilities.data());
    capabilities[0].effective &= ~(1U << CAP_IPC_LOCK);
    ::syscall(SYS_capset, &header, capabilities.data());
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
}

TEST_F(WalletFileDeathTest, RefusesAKeyThatTheSystemDoesNotLock) {
    if (!sniperforge::test::kIsMemoryLocked) {
        GTEST_SKIP() << "this sanitizer locks nothing and says that it did";
    }
    const config::WalletSettings sealed{keystore(), passphrase()};
    for (const config::WalletSettings& settings : {sealed, {plain(), ""}}) {
        EXPECT_EXIT(
            {
                limit_locked_memory(0);
                const std::string error = error_of(settings);
                leave(is_in("the limit is 0 bytes", error) && is_in("LimitMEMLOCK=64K", error),
                      error);
            },
            testing::ExitedWithCode(0), "");
    }
    EXPECT_EXIT(
        {
            limit_locked_memory(64 * 1'024);
            const std::string error = error_of(sealed);
            leave(error.empty(), error);
        },
        testing::ExitedWithCode(0), "");
    EXPECT_EXIT(
        {
            limit_locked_memory(0);
            leave(!generate_key(), "generated a key that is not locked");
        },
        testing::ExitedWithCode(0), "");
}

TEST_F(WalletFileTest, NeedsNoPassphraseForAnAddress) {
    for (const std::string& path : {plain(), keystore()}) {
        const auto read = read_key_file(path);
        ASSERT_TRUE(read);
        EXPECT_EQ(address_of(*read).value(), key().public_key());
    }
}

}  // namespace
}  // namespace sniperforge::app
