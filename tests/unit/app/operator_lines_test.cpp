// SPDX-License-Identifier: MIT
// What a running daemon tells its terminal, once that is gone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "app/run_setup.hpp"

namespace sniperforge::app {
namespace {

// Positions are open then: nothing that is only told may end the process.
TEST(OperatorLines, ATerminalThatIsGoneEndsNoRun) {
    RunArguments arguments;
    arguments.state_dir = (std::filesystem::path{::testing::TempDir()} /
                           ("sf_operator_lines_" + std::to_string(::getpid())))
                              .string();
    {
        const auto setup = set_up_run(arguments, {});
        ASSERT_TRUE(setup);
        std::fflush(stderr);
        const int terminal = ::dup(STDERR_FILENO);
        const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
        ASSERT_GE(full, 0);
        ASSERT_GE(::dup2(full, STDERR_FILENO), 0);
        EXPECT_NO_THROW(setup->options.progress("60 s, 3 positions"));
        ::dup2(terminal, STDERR_FILENO);
        ::close(full);
        ::close(terminal);
        std::clearerr(stderr);
        ::testing::internal::CaptureStderr();
        setup->options.progress("61 s, 3 positions");
        EXPECT_EQ(::testing::internal::GetCapturedStderr(), "61 s, 3 positions\n");
    }
    std::filesystem::remove_all(arguments.state_dir);
}

}  // namespace
}  // namespace sniperforge::app
