using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.UnitTests.Planning;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Who hands in is promised no more than what happens.</summary>
public sealed class HandInSentencesTests
{
    [Theory]
    [InlineData("True", "Taken", "dans les secondes qui viennent", "within seconds")]
    [InlineData("False", "TakingWork", "dans les minutes qui viennent", "within minutes")]
    [InlineData("False", "SomeMissing", "dans les minutes qui viennent", "within minutes")]
    [InlineData("False", "WorkNotTaken", "ne peut pas être récupéré pour l’instant", "cannot be taken now")]
    [InlineData("False", "SubmissionsFull", "ne peut pas être récupéré pour l’instant", "cannot be taken now")]
    public void When_work_is_taken_is_as_the_course_tells(string status, string reason, string french, string english)
    {
        var environment = TestCourse.Environment("student01");
        var course = environment with { Status = new() { Conditions = [new() { Type = "WorkTaken", Status = status, Reason = reason, Message = "…" }] } };
        Assert.Equal(french.StartsWith("ne ", StringComparison.Ordinal), HandInSentences.IsHeldUp(course));
        foreach (var sentence in new[] { HandInSentences.Asked(course, isLate: false), HandInSentences.Asked(course, isLate: true), HandInSentences.AskedFor(course, "student01", "tp1", isLate: true) })
        {
            Assert.Contains(french, sentence.In(Language.French), StringComparison.Ordinal);
            Assert.Contains(english, sentence.In(Language.English), StringComparison.Ordinal);
        }

        Assert.Contains("en retard", HandInSentences.Asked(course, isLate: true).French, StringComparison.Ordinal);
    }

    [Fact]
    public void A_course_that_tells_nothing_of_work_takes_it_at_once() =>
        Assert.Equal("C’est demandé\u00a0: votre travail est récupéré dans les secondes qui viennent. Cette page le dira.", HandInSentences.Asked(TestCourse.Environment("student01"), isLate: false).French);
}
