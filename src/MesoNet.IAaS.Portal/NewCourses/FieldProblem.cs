using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>What is wrong with a field of the form.</summary>
/// <param name="Field">Which field.</param>
/// <param name="Line">Which line of it, counted from 1; null where it is about all of it.</param>
/// <param name="Sentence">What to change.</param>
/// <param name="IsMissing">Whether it is only that nothing is there yet: that is not told before somebody wants the course.</param>
internal sealed record FieldProblem(NewCourseField Field, int? Line, Sentence Sentence, bool IsMissing = false);

/// <summary>The fields of the form; each has a place for sentences beside it.</summary>
internal enum NewCourseField
{
    /// <summary>The course's title, from which its name is made.</summary>
    Title,

    /// <summary>The template.</summary>
    Template,

    /// <summary>The template's parameters.</summary>
    Parameters,

    /// <summary>Those who teach the course beside the one who asks for it.</summary>
    Teachers,

    /// <summary>The students.</summary>
    Roster,

    /// <summary>The lessons.</summary>
    Timetable,

    /// <summary>The zone of all times.</summary>
    TimeZone,

    /// <summary>The days of the students' access.</summary>
    Validity,

    /// <summary>The networks from which students connect.</summary>
    Networks,

    /// <summary>The size of the homes' volume.</summary>
    Storage,

    /// <summary>Whether it fits on the site.</summary>
    Site,

    /// <summary>All of it.</summary>
    Course,
}
