using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Resources;

public sealed class GitRefTests
{
    [Theory]
    [InlineData("main")]
    [InlineData("v2.0-rc+1")]
    [InlineData("feature/tp_1")]
    [InlineData("0123456789abcdef0123456789abcdef01234567")]
    public void A_ref_is_one(string text) => Assert.True(GitRef.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("--upload-pack=touch /tmp/x")]
    [InlineData("-main")]
    [InlineData("+main")]
    [InlineData("main:refs/heads/x")]
    [InlineData("a b")]
    [InlineData("$(id)")]
    [InlineData("a;id")]
    [InlineData("main\n")]
    [InlineData("a..b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a/.b")]
    [InlineData("a.lock")]
    [InlineData("a.")]
    [InlineData("a@{1}")]
    [InlineData("é")]
    public void An_option_a_word_of_a_shell_and_what_git_knows_no_ref_by_are_none(string text) => Assert.False(GitRef.IsValid(text));

    [Fact]
    public void It_is_no_longer_than_the_schema_takes() => Assert.Equal((true, false), (GitRef.IsValid(new('a', GitRef.MaxLength)), GitRef.IsValid(new('a', GitRef.MaxLength + 1))));
}
