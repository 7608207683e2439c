// SPDX-License-Identifier: MIT
// The compiled part of Boost.Asio and Boost.Beast, once for the whole program.
//
// Without their assertions, also where NDEBUG is not defined. Beast's HTTP parser (up to 1.81 at
// least) asserts that a last chunk's header comes with five bytes or more. Four are possible, when
// the body is empty and arrives torn ("0\r\n\r", then "\n"), and are handled rightly by what
// follows; but with the assertion a server could end us.
#ifndef BOOST_DISABLE_ASSERTS
#define BOOST_DISABLE_ASSERTS
#endif
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
