using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Rosters;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Portal.Timetables.Icalendar;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>
/// From what was typed to a course, all at once and without any I/O: fields are read, the rules of Planning asked, the site's calendar asked last.
/// <code>
///   NewCourseForm -> Roster, TimetableReading ... -> ClassroomEnvironment -> SpecificationRules -> SiteCalendar
///                     (own problems by field)                                (problems by field)   (what is missing)
/// </code>
/// </summary>
internal sealed class NewCourseReader(NewCourseSite site, string teacher, Instant now)
{
    private const int LongestTitle = 200;
    private const int MostTeachers = 100;
    private const int MostGroups = 50;
    private const int LongestGroup = 63;

    private readonly List<FieldProblem> problems = [];

    /// <summary>The course that a form means.</summary>
    /// <param name="site">What it is checked against.</param>
    /// <param name="form">The form.</param>
    /// <param name="teacher">The login of the one who asks.</param>
    /// <param name="now">The moment.</param>
    public static NewCourse Read(NewCourseSite site, NewCourseForm form, string teacher, Instant now) => new NewCourseReader(site, teacher, now).Read(form);

    private NewCourse Read(NewCourseForm form)
    {
        var template = site.Templates.FirstOrDefault(template => template.Metadata.Name == form.Template);
        var roster = RosterOf(form);
        var timetable = TimetableOf(form, roster);
        var name = NameOf(form);
        var environment = new ClassroomEnvironment
        {
            Metadata = new()
            {
                Name = name, Namespace = $"course-{name}",
                Annotations = new Dictionary<string, string> { [NewCourse.AttemptAnnotation] = form.Attempt },
            },
            Spec = new()
            {
                Title = form.Title.Trim(),
                Template = new() { Name = form.Template, Parameters = ParametersOf(form, template) },
                Teachers = TeachersOf(form),
                Students = roster.Students,
                TimeZone = form.TimeZone.Trim().Length == 0 ? null : form.TimeZone.Trim(),
                Validity = ValidityOf(form),
                Lessons = timetable.Lessons.Count == 0 ? null : timetable.Lessons,
                Access = NetworksOf(form),
                Storage = StorageOf(form),
            },
        };
        var notices = AskRules(environment, isTemplateChosen: form.Template.Length > 0);
        notices.AddRange(NewCourseNotices.Of(environment, now));
        return Checked(form, new(environment, template, roster, timetable, problems, notices, null, [], []));
    }

    private NewCourse Checked(NewCourseForm form, NewCourse course)
    {
        // A missing title is no reason not to look for room; a missing roster is.
        var cannotBeAsked = course.Template is null || course.Environment.Spec.Students is not { Count: > 0 }
            || problems.Any(problem => problem.Field is NewCourseField.Template or NewCourseField.Timetable or NewCourseField.TimeZone or NewCourseField.Validity);
        if (cannotBeAsked) return course;
        var (environment, template) = (course.Environment, course.Template!);
        var hours = DeviceHours.Of(environment.Spec, template.Spec.Resources.Lesson);
        if (site.Nodes.Count == 0) return course with { Hours = hours };
        var others = site.Environments.Where(other => other.Key != environment.Key);
        var fit = SiteCalendar.Of([.. others, environment], site.Templates, site.Nodes, now: now, workspaces: site.Workspaces).FitOf(environment.Key, now);
        List<Sentence> unfit =
        [
            // What an empty site could not hold lacks the same at every lesson: once is enough.
            .. fit.Lessons.Where(lesson => !lesson.Fits).DistinctBy(lesson => (object?)lesson.Shortage!.EmptySite ?? lesson)
                .Select(lesson => FitWords.Of(environment.Key, lesson, LocalTimes.Zone(environment.Spec)!, now)),
        ];
        if (unfit.Count > 0 && !form.IsWantedAnyway)
        {
            problems.Add(new(NewCourseField.Site, null, new(
                "Tout ne tient pas sur le site. Changez ce qui est dit ci-dessus, ou cochez «\u00a0Créer quand même\u00a0»\u00a0: les cours demandés plus tôt passent d’abord.",
                "Not all fits on the site. Change what is said above, or tick “Create it all the same”: courses that were asked for earlier come first."), IsMissing: true));
        }

        return course with { Fit = fit, Unfit = unfit, Hours = hours };
    }

    private string NameOf(NewCourseForm form)
    {
        var title = form.Title.Trim();
        if (title.Length == 0) Tell(NewCourseField.Title, "Donnez un nom au cours.", "Give the course a name.", isMissing: true);
        else if (title.Length > LongestTitle) Tell(NewCourseField.Title, $"Le nom a {title.Length} caractères\u00a0; {LongestTitle} au plus sont permis.", $"The name has {title.Length} characters; at most {LongestTitle} are allowed.");
        else if (title.Any(char.IsControl)) Tell(NewCourseField.Title, "Le nom contient un signe invisible. Écrivez-le à nouveau.", "The name has an invisible character. Write it again.");
        var name = ObjectNames.Slug(title);
        if (title.Length > 0 && name.Count(char.IsAsciiLetterOrDigit) < 3)
            Tell(NewCourseField.Title, "Le nom doit avoir trois lettres ou chiffres latins au moins\u00a0: l’adresse du cours en est faite.", "The name needs three Latin letters or digits at least: the course’s address is made from it.");
        var same = site.Environments.FirstOrDefault(other => other.Metadata.Namespace == $"course-{name}");
        if (same is not null && title.Length > 0 && !IsSameAttempt(same, form))
            Tell(NewCourseField.Title, $"Il y a déjà un cours «\u00a0{name}\u00a0». Ajoutez au nom l’année ou le groupe.", $"There is a course “{name}” already. Add the year or the group to the name.");
        return name;
    }

    private static bool IsSameAttempt(ClassroomEnvironment other, NewCourseForm form) =>
        form.Attempt.Length > 0 && other.Metadata.Annotation(NewCourse.AttemptAnnotation) == form.Attempt;

    private static Dictionary<string, string>? ParametersOf(NewCourseForm form, CourseTemplate? template)
    {
        var defaults = (template?.Spec.Parameters ?? []).ToDictionary(parameter => parameter.Name, parameter => parameter.Default ?? "", StringComparer.Ordinal);
        // The fields of a template that was chosen before are still in the form.
        var set = form.Parameters.Where(pair => pair.Value.Trim().Length > 0 && defaults.TryGetValue(pair.Key, out var usual) && pair.Value.Trim() != usual)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value.Trim(), StringComparer.Ordinal);
        return set.Count == 0 ? null : set;
    }

    /// <summary>Logins with spaces or commas between; a line "login: A, B" is an assistant who has those groups only.</summary>
    private List<Teacher> TeachersOf(NewCourseForm form)
    {
        var teachers = new List<Teacher> { new() { Login = teacher } };
        foreach (var line in form.Teachers.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', 2);
            var logins = parts[0].Split([',', ';', '\t', ' '], StringSplitOptions.RemoveEmptyEntries).Select(RosterCollector.Trimmed).Where(login => login.Length > 0);
            List<string> groups = parts.Length == 1 ? [] : [.. parts[1].Split([',', ';']).Select(RosterCollector.Trimmed).Where(group => group.Length > 0).Distinct(StringComparer.Ordinal)];
            teachers.AddRange(logins.Select(login => new Teacher { Login = login, Groups = groups.Count == 0 ? null : groups }));
        }

        foreach (var login in teachers.Skip(1).Select(other => other.Login).Where(login => login.Length > LongestTitle || login.Contains('/', StringComparison.Ordinal) || login.Any(char.IsControl)).Take(1))
            Tell(NewCourseField.Teachers, $"«\u00a0{login[..Math.Min(40, login.Length)]}\u00a0» n’est pas un identifiant. Corrigez-le.", $"“{login[..Math.Min(40, login.Length)]}” is no login. Correct it.");
        if (teachers.Count > MostTeachers) Tell(NewCourseField.Teachers, $"Un cours a {MostTeachers} enseignants au plus.", $"A course has at most {MostTeachers} teachers.");
        if (teachers.SelectMany(other => other.Groups ?? []).Any(group => group.Length > LongestGroup) || teachers.Any(other => other.Groups is { Count: > MostGroups }))
            Tell(NewCourseField.Teachers, $"Un assistant a {MostGroups} groupes au plus, de {LongestGroup} caractères au plus.", $"An assistant has at most {MostGroups} groups, of at most {LongestGroup} characters.");
        return [.. teachers.DistinctBy(other => other.Login.ToLowerInvariant())];
    }

    private Roster RosterOf(NewCourseForm form)
    {
        var isMissing = string.IsNullOrWhiteSpace(form.Roster);
        var roster = RosterText.Read(form.Roster);
        problems.AddRange(roster.Problems.Select(problem => new FieldProblem(NewCourseField.Roster, problem.Line, problem.Sentence, isMissing)));
        return roster;
    }

    private TimetableReading TimetableOf(NewCourseForm form, Roster roster)
    {
        var reading = form.Kind switch
        {
            TimetableKind.Table => LessonTable.Read(form.Rows),
            TimetableKind.Weekly => form.Weekly.Read(),
            TimetableKind.Calendar => CalendarOf(form, roster),
            _ => new([], []),
        };
        var isMissing = form.Kind switch
        {
            TimetableKind.Table => form.Rows.All(row => row.IsEmpty),
            TimetableKind.Calendar => form.Calendar.Trim().Length == 0,
            TimetableKind.Weekly => new[] { form.Weekly.Start, form.Weekly.End, form.Weekly.Weeks, form.Weekly.From }.Any(string.IsNullOrWhiteSpace),
            _ => false,
        };
        problems.AddRange(reading.Problems.Select(problem => new FieldProblem(NewCourseField.Timetable, problem.Line, problem.Sentence, isMissing)));
        if (form.Kind == TimetableKind.Table && isMissing)
        {
            Tell(NewCourseField.Timetable, "Écrivez au moins une séance, ou choisissez «\u00a0Sans séances\u00a0».", "Write at least one lesson, or choose “Without lessons”.", isMissing: true);
        }

        return reading;
    }

    private static TimetableReading CalendarOf(NewCourseForm form, Roster roster)
    {
        var days = WeeklyFields.HandInDaysOf(form.CalendarHandInDays, out var problem);
        if (problem is not null) return TimetableReading.Unread(problem);
        // A zone that is none is told at its own field.
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(form.TimeZone.Trim()) ?? DateTimeZoneProviders.Tzdb["Europe/Paris"];
        return IcalendarTimetable.Read(form.Calendar, zone, days, [.. roster.Students.Select(student => student.Group).OfType<string>().Distinct(StringComparer.Ordinal)]);
    }

    private Validity? ValidityOf(NewCourseForm form)
    {
        string? Day(string text, string french, string english)
        {
            if (text.Trim().Length == 0) return null;
            if (WrittenTimes.Date(text) is { } date) return NodaTime.Text.LocalDatePattern.Iso.Format(date);
            Tell(NewCourseField.Validity, $"{french} n’est pas une date. Écrivez par exemple 31/01/2027.", $"{english} is no date. Write 2027-01-31, for example.");
            return null;
        }

        var (from, until) = (Day(form.ValidFrom, "Le premier jour", "The first day"), Day(form.ValidUntil, "Le dernier jour", "The last day"));
        return from is null && until is null ? null : new() { From = from, Until = until };
    }

    private Access? NetworksOf(NewCourseForm form)
    {
        foreach (var network in form.Networks.Where(network => !site.Networks.Contains(network, StringComparer.Ordinal)).Take(1))
            Tell(NewCourseField.Networks, $"Le site n’a pas de réseau «\u00a0{network}\u00a0».", $"The site has no network “{network}”.");
        return form.Networks.Count == 0 ? null : new() { Networks = [.. form.Networks.Distinct(StringComparer.Ordinal)] };
    }

    private Storage? StorageOf(NewCourseForm form)
    {
        var size = form.StorageSize.Trim();
        if (size.Length == 0) return null;
        if (Quantity.IsValid(size)) return new() { Size = size };
        Tell(NewCourseField.Storage, "Écrivez la taille comme 20Gi.", "Write the size as 20Gi.");
        return null;
    }

    /// <summary>Asks Planning. What it says of something that is only missing, or told already, is not said again.</summary>
    private List<Sentence> AskRules(ClassroomEnvironment environment, bool isTemplateChosen)
    {
        if (!isTemplateChosen) Tell(NewCourseField.Template, "Choisissez un modèle.", "Choose a template.", isMissing: true);
        var notices = new List<Sentence>();
        var observed = new ObservedEnvironment { Key = environment.Key, Environment = environment, Templates = site.Templates, Platforms = site.Platforms, Datasets = site.Datasets };
        foreach (var problem in SpecificationRules.Check(environment, observed))
        {
            var sentence = RuleSentences.Of(problem);
            if (problem.Reason == SpecificationRules.DatasetNotReady) notices.Add(sentence);
            else if (problem.Reason != "TemplateNotFound" || isTemplateChosen) problems.Add(new(FieldOf(problem.Reason), null, sentence));
        }

        return notices;
    }

    private static NewCourseField FieldOf(string reason) => reason switch
    {
        "TemplateNotFound" or "DeviceInvalid" or "ImageInvalid" or "ImageNotAllowed" or "PlatformNotFound" or "PlatformHasNoImage" or "DatasetNotFound" or "DatasetInvalid"
            or "DocumentsWithoutCode" or "DocumentsInvalid" => NewCourseField.Template,
        "UnknownParameter" => NewCourseField.Parameters,
        "DuplicateLogin" => NewCourseField.Roster,
        "UnknownTimeZone" => NewCourseField.TimeZone,
        "ValidityInvalid" => NewCourseField.Validity,
        "LessonInvalid" or "LessonsOverlap" or "LessonOutsideValidity" => NewCourseField.Timetable,
        "StorageInvalid" => NewCourseField.Storage,
        _ => NewCourseField.Course,
    };

    private void Tell(NewCourseField field, string french, string english, bool isMissing = false) => problems.Add(new(field, null, new(french, english), isMissing));
}
