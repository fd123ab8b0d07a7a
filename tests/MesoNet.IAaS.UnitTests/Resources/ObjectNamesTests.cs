using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.UnitTests.Resources;

public sealed partial class ObjectNamesTests
{
    [Theory]
    [InlineData("Élodie.Müller", "elodie-muller")]
    [InlineData("student01", "student01")]
    [InlineData("jean-luc@univ.test", "jean-luc-univ-test")]
    [InlineData("42", "s42")]
    [InlineData("李", "s")]
    [InlineData("--..--", "s")]
    public void A_slug_is_what_a_person_can_still_read(string text, string expected) => Assert.Equal(expected, ObjectNames.Slug(text));

    [Fact]
    public void Any_login_becomes_a_dns_label() => Prop.ForAll<NonNull<string>>(login =>
        DnsLabel().IsMatch(ObjectNames.Seat("course", login.Get)) && ObjectNames.Seat("course", login.Get).Length <= 47).QuickCheckThrowOnFailure();

    [Fact]
    public void Different_logins_have_different_names() => Prop.ForAll<NonNull<string>, NonNull<string>>((a, b) =>
        string.Equals(a.Get.Trim(), b.Get.Trim(), StringComparison.OrdinalIgnoreCase)
        || ObjectNames.Seat("course", a.Get) != ObjectNames.Seat("course", b.Get)).QuickCheckThrowOnFailure();

    [Fact]
    public void Capitals_make_no_difference() => Assert.Equal(ObjectNames.Seat("course", "Student01"), ObjectNames.Seat("course", "student01 "));

    [Fact]
    public void Logins_that_differ_only_in_punctuation_are_told_apart() =>
        Assert.NotEqual(ObjectNames.Seat("course", "a.b"), ObjectNames.Seat("course", "a-b"));

    [GeneratedRegex("^[a-z]([a-z0-9-]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabel();
}
